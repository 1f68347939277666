/** The annotation that gives short names to secrets of other projects: `alias:projects/N/secrets/S,...`. */
export const secretsAnnotation = 'run.googleapis.com/secrets';

/** Translates between names of secrets as the v2 API has them and the aliases of the v1 API. */
export class SecretNames {
  readonly #byAlias = new Map<string, string>();

  constructor(annotation = '') {
    for (const entry of annotation.split(',')) {
      const colon = entry.indexOf(':');
      if (colon > 0) this.#byAlias.set(entry.slice(0, colon).trim(), entry.slice(colon + 1).trim());
    }
  }

  /** What the v2 API calls the secret that the v1 object names. */
  resource(name: string): string {
    return this.#byAlias.get(name) ?? name;
  }

  /** What the v1 object calls the secret; a secret of another project gets an alias. */
  alias(resource: string): string {
    if (!resource.includes('/')) return resource;
    const [, project, , id] = resource.split('/');
    const alias = `${project}-${id}`;
    this.#byAlias.set(alias, resource);
    return alias;
  }

  /** The annotation for the aliases that were given; `undefined` when there are none. */
  annotation(): string | undefined {
    const entries = [...this.#byAlias].map(([alias, resource]) => `${alias}:${resource}`);
    return entries.length === 0 ? undefined : entries.join(',');
  }
}
