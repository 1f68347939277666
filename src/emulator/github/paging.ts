import type { Call, Reply } from '../service.ts';

const defaultSize = 30;
const largest = 100;

/** The page that was asked for. What is no number counts as the default, and more than 100 as 100, as on GitHub. */
function asked(query: URLSearchParams): { page: number; size: number } {
  const number = (name: string, otherwise: number): number => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { page: number('page', 1), size: Math.min(number('per_page', defaultSize), largest) };
}

/**
 * One page of the items, with the others in the header `Link`. `wrap` puts it into an object, where the call answers
 * with one. https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function pageOf<T>(
  call: Call,
  items: readonly T[],
  show: (item: T) => unknown,
  wrap: (page: unknown[]) => unknown = (page) => page,
): Reply {
  const { page, size } = asked(call.query);
  const last = Math.max(1, Math.ceil(items.length / size));
  const shown = items.slice((page - 1) * size, page * size).map(show);
  const rels = [
    ...(page > 1 ? [['prev', Math.min(page - 1, last)] as const] : []),
    ...(page < last
      ? ([
          ['next', page + 1],
          ['last', last],
        ] as const)
      : []),
    ...(page > 1 ? [['first', 1] as const] : []),
  ];
  const link = rels.map(([rel, number]) => `<${addressOf(call, number)}>; rel="${rel}"`).join(', ');
  return { status: 200, body: wrap(shown), ...(link === '' ? {} : { headers: { link } }) };
}

function addressOf(call: Call, page: number): string {
  const query = new URLSearchParams(call.query);
  query.set('page', String(page));
  return `${call.origin}${call.path}?${query}`;
}
