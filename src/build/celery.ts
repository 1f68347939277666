import type { Service } from '../config/deployment.ts';
import type { Finding } from '../config/finding.ts';
import { nearest } from '../config/nearest.ts';
import type { Source } from './source.ts';

/**
 * A Celery worker whose `-A` names a module that the image will not hold starts, fails to import it and starts again,
 * for ever. Only told where the sources have the package: one that pip installs is not here to be seen.
 * https://docs.celeryq.dev/en/stable/reference/cli.html#cmdoption-celery-A
 */
export function celeryFinding(file: string, service: Service, source: Source): Finding[] {
  const { worker } = service;
  const module = worker && celeryModule([...(worker.command ?? []), ...(worker.args ?? [])]);
  if (!worker || !module) return [];
  const known = modulesOf(source.inputs.map(({ path }) => path));
  const [top = ''] = module.split('.');
  if (known.has(module) || ![...known].some((name) => name.split('.')[0] === top)) return [];
  const similar = nearest(module, [...known]);
  return [
    {
      code: 'CELERY_MODULE_MISSING',
      severity: 'error',
      file,
      place: worker.place,
      path: `services.${service.key}.worker.args`,
      message: `Celery would look for the module ${module}, which ${source.build.dockerfile} does not copy.`,
      fix: similar
        ? `Name ${similar} after -A, or copy the module in the Dockerfile.`
        : 'Name the module that holds the Celery application after -A, or copy it in the Dockerfile.',
    },
  ];
}

/** `shop.orders.main` of `celery -A shop.orders.main:celery_app worker`, also within a shell's line. */
function celeryModule(words: readonly string[]): string | undefined {
  const line = words.join(' ');
  if (!/(^|[\s/])celery(\s|$)/.test(line)) return undefined;
  return /(?:^|\s)(?:-A|--app)[=\s]\s*['"]?([A-Za-z_][\w.]*)/.exec(line)?.[1];
}

/**
 * The modules that files make, under every folder that could be on Python's path: `app/shop/main.py` is `app.shop.main`,
 * `shop.main` and `main`.
 */
function modulesOf(paths: readonly string[]): ReadonlySet<string> {
  const modules = new Set<string>();
  for (const path of paths) {
    if (!path.endsWith('.py')) continue;
    const parts = path.replace(/(\/__init__)?\.py$/, '').split('/');
    for (let from = 0; from < parts.length; from++) {
      // A folder is a package even without __init__.py, since Python 3.3.
      for (let to = from + 1; to <= parts.length; to++) modules.add(parts.slice(from, to).join('.'));
    }
  }
  return modules;
}
