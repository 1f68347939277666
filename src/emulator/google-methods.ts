import { readdirSync, readFileSync } from 'node:fs';
import type { Route } from './service.ts';

/** A method of one of Google's APIs, whether the emulator has it or not. */
export interface GoogleMethod {
  /** For example `run.projects.locations.jobs.create`. */
  readonly id: string;
  /** For example `run.googleapis.com`. */
  readonly api: string;
  readonly method: string;
  /** With the names of Google's clients: `/v2/projects/{project}/locations/{location}/jobs`. */
  readonly path: string;
  readonly query: readonly string[];
}

interface Indexed extends GoogleMethod {
  readonly expression: RegExp;
  /** Characters of the path that are not a parameter; the most exact path wins. */
  readonly literal: number;
}

/**
 * The methods that Google's own clients know of our APIs, from the files in `methods/`, with the query parameters that
 * each takes. It tells an unknown query parameter from a known one, and names what the emulator does not implement.
 */
export class GoogleMethods {
  readonly all: readonly GoogleMethod[];
  readonly #byMethod: ReadonlyMap<string, readonly Indexed[]>;
  readonly #queries = new Map<Route, ReadonlySet<string> | undefined>();

  constructor() {
    const indexed = methodFiles().flatMap(({ api, methods }) =>
      Object.entries(methods).flatMap(([id, text]) => read(id, text, api)),
    );
    this.all = indexed.map(({ id, api, method, path, query }) => ({ id, api, method, path, query }));
    const byMethod = Map.groupBy(indexed, (one) => one.method);
    for (const list of byMethod.values()) list.sort((a, b) => b.literal - a.literal);
    this.#byMethod = byMethod;
  }

  /** The method that answers there on Google; `apis` restricts the search to those. */
  find(method: string, path: string, apis?: ReadonlySet<string>): GoogleMethod | undefined {
    return this.#byMethod
      .get(method)
      ?.find((one) => (apis === undefined || apis.has(one.api)) && one.expression.test(path));
  }

  /** Google's own entry for a route of the emulator; `undefined` for what Google's clients do not have. */
  ofRoute(route: Pick<Route, 'method' | 'path' | 'id'>): GoogleMethod | undefined {
    const example = route.path.replaceAll(/\{[^}]+\}/g, 'x');
    const here = (this.#byMethod.get(route.method) ?? []).filter((one) => one.expression.test(example));
    return here.find((one) => one.id === route.id) ?? here[0] ?? this.all.find((one) => one.id === route.id);
  }

  /** The query parameters of a route; `undefined` when Google's clients do not tell. */
  queryOf(route: Route): ReadonlySet<string> | undefined {
    if (!this.#queries.has(route)) {
      const known = this.ofRoute(route);
      this.#queries.set(
        route,
        known === undefined ? undefined : new Set([...known.query, ...(route.query ?? [])]),
      );
    }
    return this.#queries.get(route);
  }
}

interface MethodFile {
  readonly api: string;
  /** Method id → `GET /v1/things/{thing}?pageSize&pageToken`. */
  readonly methods: Readonly<Record<string, string>>;
}

function methodFiles(): MethodFile[] {
  const folder = new URL('./methods/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as MethodFile);
}

function read(id: string, text: string, api: string): Indexed[] {
  const [, method = '', path = '', query = ''] = /^([A-Z]+) ([^?]+)(?:\?(.+))?$/.exec(text) ?? [];
  if (method === '')
    throw new Error(`methods of ${api}: ${id} is not "METHOD /path?parameters" but "${text}"`);
  const parameters = query === '' ? [] : query.split('&');
  // The Admin API of Cloud SQL has the same surface under both prefixes.
  const paths = path.startsWith('/sql/v1beta4/') ? [path, path.replace('/sql/v1beta4/', '/v1/')] : [path];
  return paths.map((one) => ({ id, api, method, path: one, query: parameters, ...pattern(one) }));
}

function pattern(path: string): { expression: RegExp; literal: number } {
  const source = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/:]+');
  return { expression: new RegExp(`^${source}$`), literal: path.replaceAll(/\{[^}]+\}/g, '').length };
}
