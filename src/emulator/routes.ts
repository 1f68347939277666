import type { Api, Route } from './service.ts';

export interface Match {
  readonly api: Api;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly api: Api;
  readonly route: Route;
  readonly expression: RegExp;
  readonly names: readonly string[];
  /** The higher, the more exactly the path is described. */
  readonly weight: number;
}

/**
 * All routes of all APIs in one space of paths, since every endpoint override points at the same origin. Some paths
 * belong to several APIs (`/v1/projects/P/locations/R/operations/ID`), so a look-up can give more than one match, the
 * most exact first.
 */
export class Routes {
  readonly #byMethod = new Map<string, Compiled[]>();
  readonly #hosts: { readonly expression: RegExp; readonly api: Api }[] = [];

  constructor(apis: readonly Api[]) {
    for (const api of apis) {
      for (const host of [api.name, ...(api.hosts ?? [])]) {
        this.#hosts.push({ expression: pattern(host), api });
      }
      for (const route of api.routes) {
        const list = this.#byMethod.get(route.method) ?? [];
        list.push(compile(api, route));
        this.#byMethod.set(route.method, list);
      }
    }
    for (const list of this.#byMethod.values()) list.sort((a, b) => b.weight - a.weight);
  }

  /** Whether any API of the emulator answers on that host name. */
  knowsHost(host: string): boolean {
    return this.#hosts.some((known) => known.expression.test(host));
  }

  /** Names of the APIs that answer there on Google, as far as a host name tells. */
  apisAt(host: string): ReadonlySet<string> {
    const names = this.#hosts.filter((known) => known.expression.test(host)).map((known) => known.api.name);
    return new Set([host, ...names]);
  }

  /** `host` restricts the search to the APIs that answer there; leave it out for the shared origin. */
  find(method: string, path: string, host: string | undefined): Match[] {
    const served =
      host === undefined
        ? undefined
        : new Set(this.#hosts.filter((known) => known.expression.test(host)).map((known) => known.api));
    const matches: Match[] = [];
    let weight: number | undefined;
    for (const candidate of this.#byMethod.get(method) ?? []) {
      if (weight !== undefined && candidate.weight < weight) break;
      if (served !== undefined && !served.has(candidate.api)) continue;
      const found = candidate.expression.exec(path);
      if (found === null) continue;
      weight = candidate.weight;
      matches.push({ api: candidate.api, route: candidate.route, params: values(candidate.names, found) });
    }
    return matches;
  }
}

function pattern(host: string): RegExp {
  return new RegExp(`^${host.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9-]+')}$`);
}

function compile(api: Api, route: Route): Compiled {
  const names: string[] = [];
  let weight = 0;
  const source = route.path.replace(
    /\{(?<name>[A-Za-z]+)(?<rest>=\*\*)?\}|(?<text>[^{]+)/g,
    (_, name?: string, rest?: string, text?: string) => {
      if (name === undefined) {
        weight += (text ?? '').length * 10;
        return (text ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      }
      names.push(name);
      weight += rest === undefined ? 1 : -5;
      return rest === undefined ? '([^/]+)' : '(.+)';
    },
  );
  return { api, route, expression: new RegExp(`^${source}$`), names, weight };
}

function values(names: readonly string[], found: RegExpExecArray): Record<string, string> {
  const params: Record<string, string> = {};
  names.forEach((name, index) => {
    params[name] = decode(found[index + 1] ?? '');
  });
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
