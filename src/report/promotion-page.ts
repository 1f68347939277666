import type { Change, FieldChange, Leftover } from '../engine/change.ts';
import { code, details, table } from './markdown.ts';
import { leftTable } from './plan-summary.ts';
import { counted, fieldLine, nameOf } from './sentences.ts';

/** What a promotion would do, as its approver is to see it. */
export interface PromotionPage {
  readonly from: string;
  readonly to: string;
  /** The commit that runs in `from`. */
  readonly sha: string;
  readonly manifest: string;
  readonly hash: string;
  readonly reason?: string;
  readonly services: readonly string[];
  readonly differences: readonly {
    readonly service: string;
    readonly name: string;
    readonly isNew: boolean;
    readonly fields: readonly FieldChange[];
  }[];
  /** Files that would run. */
  readonly migrations: readonly string[];
  /** Whether the history of the database was seen: without it, the list is what may run at most. */
  readonly historySeen: boolean;
  /** Workloads of `to` that are deleted, and those that run on though nothing asks for them. */
  readonly goes: readonly Change[];
  readonly left: readonly Leftover[];
}

/** More fields than this of one workload are folded: a new one has all of its variables. */
const openFields = 8;

export function promotionPage(page: PromotionPage): string {
  const { from, to, sha, differences, services } = page;
  return [
    `### Promotion: ${from} → ${to}`,
    `${counted(services.length, 'service')} of ${code(sha.slice(0, 7))}, by the digests that run in ${from}; nothing is built.${page.reason ? `\nReason: ${inline(page.reason)}` : ''}`,
    differences.length === 0
      ? `Everything in ${to} is like that already.`
      : `${counted(differences.length, 'workload')} of ${to} would change:`,
    ...(differences.length === 0 ? [] : [table(['service', 'workload', 'what'], differences.map(rowOf))]),
    ...differences.filter(({ fields }) => fields.length > openFields).map(foldedFields),
    migrationsOf(page),
    ...page.goes.map(({ address, because }) => `Goes at the end: ${nameOf(address)}, since ${because}.`),
    ...leftTable(page.left),
    `What is approved is ${code(page.hash)} (release ${code(page.manifest)}). If anything of it is otherwise when the approval is given, nothing is done.`,
  ].join('\n\n');
}

function rowOf({ service, name, isNew, fields }: PromotionPage['differences'][number]): readonly string[] {
  const shown = fields.slice(0, openFields).map(fieldLine);
  const rest = fields.length > openFields ? [`… and ${fields.length - openFields} more, below`] : [];
  return [service, isNew ? `${name} (new)` : name, [...shown, ...rest].join('\n')];
}

function foldedFields({ name, fields }: PromotionPage['differences'][number]): string {
  return details(`All of ${name}`, fields.map((field) => `- ${inline(fieldLine(field))}`).join('\n'));
}

function migrationsOf({ to, migrations, historySeen }: PromotionPage): string {
  if (migrations.length === 0) return `No migration would run in ${to}.`;
  const head = historySeen
    ? `${counted(migrations.length, 'migration')} would run in ${to}:`
    : `The database of ${to} cannot be looked at before the approval. At most these migrations run:`;
  return `${head}\n\n${migrations.map((name) => `- ${code(name)}`).join('\n')}`;
}

/** Of somebody else's text: on one line, and without HTML of its own. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');
}

/** What was copied from registry to registry. */
export function copiesTable(
  copies: readonly { readonly services: readonly string[]; readonly to: string; readonly sent: number }[],
): string {
  if (copies.length === 0) return 'No image had to be copied.';
  return table(
    ['service', 'image', 'copied'],
    copies.map(({ services, to, sent }) => [
      services.join(', '),
      to,
      sent === 0 ? 'was there' : counted(sent, 'part'),
    ]),
  );
}
