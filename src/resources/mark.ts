/**
 * Whose a resource is, as it says itself: by labels where its kind has them, by a line in its description where not.
 * Nothing is ever deleted by its name alone.
 */

export interface Mark {
  /** `name:` of deploy.yaml. */
  readonly deployment: string;
  readonly environment: string;
  /** GitHub's number of the repository, where it was known when the resource was made. */
  readonly repository?: string;
}

type Labels = Readonly<Record<string, string | undefined>>;

const manager = 'aethercast-deploy';

/** Whether the mark is that of this deployment in this environment. */
export function isOurs({ labels }: { readonly labels: Labels }, mark: Mark | undefined): boolean {
  const own = markOfLabels(labels);
  if (!own || !mark) return false;
  const isSameRepository = !own.repository || !mark.repository || own.repository === mark.repository;
  return own.deployment === mark.deployment && own.environment === mark.environment && isSameRepository;
}

/** The description of a resource that carries no labels, from those that it would carry. */
export function markText(labels: Labels): string {
  const { deployment = '', environment = '', repository } = labels;
  const owner = repository ? ` repository=${repository}` : '';
  return `${manager} deployment=${deployment} environment=${environment}${owner}`;
}

/** `undefined` for what this suite did not make. */
export function markOfLabels(labels: Labels | null | undefined): Mark | undefined {
  const { deployment, environment, repository } = labels ?? {};
  if (labels?.['managed-by'] !== manager || !deployment || !environment) return undefined;
  return { deployment, environment, ...(repository ? { repository } : {}) };
}

/** `undefined` for what this suite did not make. */
export function markOfText(description: string | null | undefined): Mark | undefined {
  const [first, ...words] = (description ?? '').split(' ');
  if (first !== manager) return undefined;
  const pairs = words.map((word) => word.split('=')).map(([key = '', value = '']) => [key, value] as const);
  return markOfLabels({ 'managed-by': manager, ...Object.fromEntries(pairs) });
}
