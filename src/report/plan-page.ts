import type { Change, Leftover } from '../engine/change.ts';
import { code, details, table } from './markdown.ts';
import { leftTable, planTable } from './plan-summary.ts';
import { counted, fieldLine, nameOf, totals } from './sentences.ts';

/** What a deployment would do to one service. */
export interface ServicePlan {
  /** The key under `services:`. */
  readonly key: string;
  readonly image: PlannedImage;
  /** Of its app, its worker and who may call it. */
  readonly changes: readonly Change[];
  /** What stays beside its workloads though the file does not ask for it. */
  readonly left?: readonly Leftover[];
  /** Why its revision cannot be told yet. */
  readonly open?: string;
}

export type PlannedImage =
  /** In the registry: built from the same sources, or named in the file. */
  | { readonly kind: 'there'; readonly image: string }
  | { readonly kind: 'to build'; readonly why: string }
  /** Without credentials nobody can look into the registry. */
  | { readonly kind: 'not looked up' };

/** One problem that was found, ready to be read. */
export interface PlannedFinding {
  readonly severity: 'error' | 'warning';
  /** `deploy.yaml:12:3`. */
  readonly place: string;
  readonly code: string;
  readonly text: string;
}

export interface PlanPage {
  /** For example `shop staging in shop-staging`. */
  readonly title: string;
  readonly findings: readonly PlannedFinding[];
  /** Absent when the project was not looked at; `notLooked` says why. */
  readonly infrastructure?: readonly Change[];
  readonly notLooked?: string;
  /** What stays in the project though the file does not ask for it. */
  readonly left?: readonly Leftover[];
  readonly services: readonly ServicePlan[];
  /** What the release deletes at its end. */
  readonly removals?: readonly Change[];
}

/** A page has a limit, and so has a reader. */
const findingLimit = 50;
const fieldLimit = 12;

/** The plan as Markdown, for the page of the run and for a comment. */
export function planPage(page: PlanPage): string {
  const errors = page.findings.filter(({ severity }) => severity === 'error').length;
  const parts = [`### ${page.title}: plan`];
  if (page.findings.length > 0) parts.push(findingsOf(page.findings));
  if (errors > 0) parts.push('Nothing is deployed until the errors are mended.');
  else parts.push(sumOf(page));
  if (page.notLooked) parts.push(`> ${page.notLooked}`);
  if (errors === 0 && page.services.length > 0) parts.push(servicesOf(page.services));
  const { infrastructure } = page;
  if (infrastructure && infrastructure.length > 0) {
    parts.push(details(`Infrastructure: ${totals(infrastructure)}`, planTable(infrastructure)));
  }
  if (page.removals && page.removals.length > 0) {
    parts.push('Once all traffic is on the new release:', planTable(page.removals));
  }
  parts.push(...leftTable(leftOf(page)));
  return `${parts.join('\n\n')}\n`;
}

/** What stays though the file does not ask for it: in the project, and beside the workloads of each service. */
export function leftOf({ left = [], services }: Pick<PlanPage, 'left' | 'services'>): readonly Leftover[] {
  return [...left, ...services.flatMap((service) => service.left ?? [])];
}

/** One sentence that says what there is to do. */
function sumOf({ infrastructure, services, removals = [] }: PlanPage): string {
  if (infrastructure === undefined) return `${counted(services.length, 'service')} would be deployed.`;
  const builds = services.filter(({ image }) => image.kind === 'to build').length;
  const deploys = services.filter(needsDeploying).length;
  if (builds + deploys + infrastructure.length + removals.length === 0)
    return 'Everything is as deploy.yaml asks for: nothing to do.';
  const removed = removals.length > 0 ? ` ${counted(removals.length, 'workload')} to delete.` : '';
  return `Infrastructure: ${totals(infrastructure)}. ${counted(builds, 'image')} to build. ${counted(deploys, 'service')} of ${services.length} to deploy.${removed}`;
}

export function needsDeploying({ image, changes, open }: ServicePlan): boolean {
  return image.kind !== 'there' || changes.length > 0 || open !== undefined;
}

function findingsOf(findings: readonly PlannedFinding[]): string {
  const rows = findings
    .slice(0, findingLimit)
    .map(({ severity, place, code: name, text }) => [
      severity === 'error' ? '✗ error' : '⚠ warning',
      code(place),
      `${code(name)} ${text}`,
    ]);
  const rest = findings.length - rows.length;
  return `${table(['', 'where', 'what'], rows)}${rest > 0 ? `\n\n… and ${rest} more, in the log.` : ''}`;
}

/** Services with something to do have a row each; the others are counted. */
function servicesOf(services: readonly ServicePlan[]): string {
  const [busy, idle] = [services.filter(needsDeploying), services.filter((one) => !needsDeploying(one))];
  const parts: string[] = [];
  if (busy.length > 0) {
    parts.push(
      table(
        ['service', 'image', 'what changes'],
        busy.map((one) => [one.key, imageOf(one.image), changesOf(one)]),
      ),
    );
  }
  if (idle.length > 0) parts.push(`Unchanged: ${idle.map(({ key }) => code(key)).join(', ')}.`);
  return parts.join('\n\n');
}

function imageOf(image: PlannedImage): string {
  switch (image.kind) {
    case 'there':
      return 'in the registry';
    case 'to build':
      return `to build: ${image.why}`;
    case 'not looked up':
      return 'built unless its sources are in the registry';
  }
}

function changesOf({ image, changes, open }: ServicePlan): string {
  if (image.kind === 'not looked up') return '';
  const lines = changes.flatMap(({ action, address, fields, because }) => {
    if (action === 'create') return [`new: ${nameOf(address)}`];
    if (action === 'delete') return [`goes: ${nameOf(address)}, since ${because}`];
    return fields.map((field) => `${address.split('/').at(-1)}: ${fieldLine(field)}`);
  });
  const shown = lines.slice(0, fieldLimit);
  const rest = lines.length - shown.length;
  return [...shown, ...(rest > 0 ? [`… and ${rest} more`] : []), ...(open ? [open] : [])].join('\n');
}
