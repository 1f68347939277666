import imported from '@balena/dockerignore';

/** The package exports the function itself, while its types speak of a `default` within. */
export const dockerignore = imported as unknown as typeof imported.default;
