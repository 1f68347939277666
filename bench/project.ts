/** The project in which everything is measured. */
export const project = { id: 'bench-project', number: '100000000001' };
