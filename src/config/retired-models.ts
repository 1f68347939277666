/** Models of Vertex AI that no longer answer: a request that names one gets a 404. */
interface Retirement {
  readonly pattern: RegExp;
  /** ISO date of the shutdown. */
  readonly date: string;
  readonly source: string;
}

const lifecycle = 'https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions';
const deprecations = 'https://cloud.google.com/vertex-ai/generative-ai/docs/deprecations';

const retirements: readonly Retirement[] = [
  { pattern: /^gemini-1\.0-pro(-vision)?(-\d{3})?$/, date: '2025-04-09', source: deprecations },
  { pattern: /^(text|chat|code|codechat)-bison(-32k)?(@\d{3})?$/, date: '2025-04-09', source: deprecations },
  { pattern: /^(text-unicorn|code-gecko)(@\d{3})?$/, date: '2025-04-09', source: deprecations },
  { pattern: /^gemini-1\.5-(pro|flash)-001$/, date: '2025-05-24', source: lifecycle },
  { pattern: /^gemini-1\.5-(pro|flash)(-002)?$/, date: '2025-09-24', source: lifecycle },
  { pattern: /^gemini-2\.0-flash(-lite)?(-001)?$/, date: '2026-06-01', source: lifecycle },
  { pattern: /^gemini-2\.5-(pro|flash|flash-lite)$/, date: '2026-10-16', source: lifecycle },
  { pattern: /^imagen-[34]\.0(-fast|-ultra)?-generate-\d{3}$/, date: '2026-06-30', source: deprecations },
  {
    pattern: /^imagegeneration@\d{3}$/,
    date: '2025-09-24',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/deprecations/imagen',
  },
];

/** The first retired model that a text names, as an id or at the end of a resource name. */
export function retiredModelIn(
  text: string,
): { readonly id: string; readonly date: string; readonly source: string } | undefined {
  for (const id of text.split(/[^A-Za-z0-9.@_-]+/)) {
    const found = retirements.find((retirement) => retirement.pattern.test(id));
    if (found !== undefined) return { id, date: found.date, source: found.source };
  }
  return undefined;
}
