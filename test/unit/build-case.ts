import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Build, Deployment, Service } from '../../src/config/deployment.ts';

/** A file by its text, one that may be run, or a link. */
export type Node = string | { readonly run: string } | { readonly link: string };
export type Tree = Readonly<Record<string, Node>>;

export interface Checkout extends AsyncDisposable {
  readonly root: string;
  add(tree: Tree): Promise<void>;
}

/** A folder with these files in it, gone when the test ends. */
export async function checkout(tree: Tree): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'checkout-'));
  const add = async (more: Tree): Promise<void> => {
    for (const [path, node] of Object.entries(more)) {
      const at = join(root, path);
      await mkdir(dirname(at), { recursive: true });
      if (typeof node === 'string') await writeFile(at, node);
      else if ('link' in node) await symlink(node.link, at);
      else {
        await writeFile(at, node.run);
        await chmod(at, 0o755);
      }
    }
  };
  await add(tree);
  return { root, add, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

/** Makes a file look as if it had been written at another time. */
export async function touch(root: string, path: string, seconds: number): Promise<void> {
  await utimes(join(root, path), seconds, seconds);
}

const place = { line: 12, column: 5 };

export function build(parts: Partial<Build> = {}): Build {
  return {
    context: 'app',
    dockerfile: 'app/Dockerfile',
    args: {},
    image: 'eu-docker.pkg.dev/acme/shop/web',
    imageName: 'web',
    place,
    ...parts,
  };
}

/** A deployment of services that are built; `port` is that of their apps. */
export function deployment(builds: Readonly<Record<string, Build>> = {}, port = 8080): Deployment {
  const services = Object.entries(builds).map(
    ([key, one]): Service => ({
      key,
      serviceAccount: `sa-${key}`,
      build: one,
      env: {},
      secrets: {},
      cloudSql: false,
      place,
      app: {
        name: key,
        port,
        cpu: '1',
        memory: '512Mi',
        timeoutSeconds: 300,
        minInstances: 0,
        maxInstances: 1,
        ingress: 'all',
        authentication: 'iam',
        sessionAffinity: false,
        cpuAlwaysAllocated: false,
        place: { line: 20, column: 13 },
      },
    }),
  );
  return {
    file: 'deploy.yaml',
    root: '.',
    name: 'shop',
    environment: 'staging',
    project: 'acme',
    region: 'eu',
    labels: {},
    apis: [],
    repository: { name: 'shop', location: 'eu', prefix: 'eu-docker.pkg.dev/acme/shop', keep: 10 },
    builds: { bucket: 'acme-sources', serviceAccount: 'sa-build', timeoutSeconds: 600 },
    buckets: [],
    secrets: [],
    serviceAccounts: [
      { id: 'sa-build', email: 'sa-build@acme.iam.gserviceaccount.com', displayName: 'builds', place },
    ],
    grants: [],
    services,
  };
}
