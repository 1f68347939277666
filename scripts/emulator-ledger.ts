import type { GoogleMethod, GoogleMethods } from '../src/emulator/google-methods.ts';
import type { Api, Route } from '../src/emulator/service.ts';
import type { Checks } from './emulator-checks.ts';
import { table } from './markdown-table.ts';

/** One API with what it has, what checks it and what it lacks. */
interface Account {
  readonly api: Api;
  readonly rows: readonly { readonly route: Route; readonly checkedBy: readonly string[] }[];
  readonly missing: readonly GoogleMethod[];
}

/** The ledger of truth: what is implemented, what checks it, what differs, what is missing. */
export function ledgerChapter(apis: readonly Api[], google: GoogleMethods, checks: Checks): string {
  const accounts = apis.map((api) => account(api, google, checks));
  const known = new Set(apis.map((api) => api.name));
  const absent = google.all.filter((method) => !known.has(method.api));
  return [
    '## Ledger',
    'The last column names the tests in `test/contract` that call the method over HTTP and pass. `X in a.test.ts`: the real client X called it there. What is not implemented answers 501 with the name of the method.',
    table(
      ['API', 'routes', 'of them called by tests', 'not implemented'],
      accounts.map(({ api, rows, missing }) => [
        `[${api.title}](#${anchor(api)})`,
        String(rows.length),
        String(rows.filter((row) => row.checkedBy.length > 0).length),
        String(missing.length),
      ]),
    ),
    ...accounts.flatMap(chapter),
    ...(absent.length === 0 ? [] : ['### APIs that are not there', list(absent)]),
  ].join('\n\n');
}

function account(api: Api, google: GoogleMethods, checks: Checks): Account {
  const has = new Set(
    api.routes.map((route) => google.ofRoute(route)).map((method) => method && keyOf(method)),
  );
  return {
    api,
    rows: api.routes.map((route) => ({
      route,
      checkedBy: checks[`${route.method} ${route.path}`] ?? [],
    })),
    missing: uniqueById(google.all.filter((method) => method.api === api.name && !has.has(keyOf(method)))),
  };
}

/** Cloud SQL has two prefixes for each method. */
function keyOf(method: GoogleMethod): string {
  return `${method.id} ${method.path.replace('/sql/v1beta4/', '/v1/')}`;
}

function uniqueById(methods: readonly GoogleMethod[]): GoogleMethod[] {
  return [...new Map(methods.map((method) => [keyOf(method), method])).values()];
}

function chapter({ api, rows, missing }: Account): string[] {
  return [
    `### ${api.title}`,
    `Host \`${[api.name, ...(api.hosts ?? [])].join('`, `')}\`${api.needsEnabling ? '' : '; works without being enabled'}.`,
    table(
      ['method', 'request', 'permission', 'called by'],
      rows.map(({ route, checkedBy }) => [
        route.id,
        `\`${route.method} ${route.path}\``,
        permissionOf(route),
        checkedBy.join(', '),
      ]),
    ),
    ...(api.notModelled.length === 0
      ? []
      : ['Known differences:', api.notModelled.map((difference) => `- ${difference}`).join('\n')]),
    ...(missing.length === 0 ? [] : ['Not implemented:', list(missing)]),
  ];
}

function permissionOf({ permission, scope }: Route): string {
  const named = permission ?? scope;
  return named === undefined ? '' : `\`${named}\``;
}

function list(methods: readonly GoogleMethod[]): string {
  return methods.map((method) => `- ${method.id} (\`${method.method} ${method.path}\`)`).join('\n');
}

/** GitHub's anchor of a heading. */
function anchor(api: Api): string {
  return api.title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}
