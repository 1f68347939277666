import type { Draft, Edit, Labels } from './draft.ts';

/** Adds labels to the service or job and to what it runs: gcloud puts them on both. */
export function updateLabels(labels: Readonly<Record<string, string>>): Edit {
  return (draft) => eachHolder(draft, (have) => ({ ...have, ...labels }));
}

export function removeLabels(keys: readonly string[]): Edit {
  return (draft) =>
    eachHolder(draft, (have) =>
      Object.fromEntries(Object.entries(have).filter(([key]) => !keys.includes(key))),
    );
}

export function clearLabels(): Edit {
  return (draft) => eachHolder(draft, () => ({}));
}

function eachHolder(draft: Draft, change: (have: Labels) => Labels): void {
  const resource = draft.kind === 'service' ? draft.service : draft.job;
  for (const holder of [resource, draft.template]) holder.labels = change(holder.labels ?? {});
}

/** https://github.com/google-github-actions/deploy-cloudrun#inputs: `skip_default_labels` leaves them out. */
export function defaultLabels(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const commit = environment.GITHUB_SHA?.toLowerCase();
  return { 'managed-by': 'github-actions', ...(commit ? { 'commit-sha': commit } : {}) };
}
