import { join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import type { Host } from '../github/host.ts';
import { runUrl } from '../github/run-url.ts';
import { withConnection } from '../migrate/connect.ts';
import { type MigrationFile, readMigrations, readSeed } from '../migrate/files.ts';
import { migrate } from '../migrate/migrate.ts';
import { table } from '../report/markdown.ts';
import { counted, duration } from '../report/sentences.ts';
import { commonInputs } from './common-inputs.ts';
import { loginOf, withRightPassword } from './database-login.ts';
import { defineAction } from './define.ts';
import { loadConfig } from './load-config.ts';
import { openSession } from './session.ts';

export const action = defineAction({
  description:
    'Apply the SQL migrations of a repository to its Cloud SQL database, each once, in order and under a lock. The database of a preview is begun anew when what it applied was changed since.',
  inputs: commonInputs,
  outputs: {
    applied: 'Number of migrations that were applied.',
    pending: 'With `dry_run`: the names of the migrations that would be applied, as a JSON list.',
  },
  run: async (inputs, host) => {
    const deployment = await loadConfig(inputs, host);
    const { database } = deployment;
    if (!database?.migrations) {
      host.info(`${deployment.file} names no migrations: nothing to do`);
      return { applied: 0, pending: '[]' };
    }
    const shown = join(deployment.root, database.migrations);
    const files = await readMigrations(join(host.workspace, shown), shown);
    const seed = await seedOf(deployment, host);
    const session = await openSession(inputs, deployment, host);
    const login = await loginOf(session, host);
    const result = await withRightPassword(session, login, () =>
      withConnection(login, (client) =>
        migrate(client, {
          files,
          role: database.user,
          origin: originOf(host),
          clock: session.clock,
          signal: host.signal,
          dryRun: inputs.dry_run,
          say: host.info,
          warn: (message, file) => host.warning(message, { file }),
          ...(deployment.preview && { rebuild: database.name }),
          ...(seed && { seed }),
        }),
      ),
    );
    host.info(`${counted(files.length, 'migration')}, ${result.applied.length} applied now`);
    const rows = result.applied.map(({ name, milliseconds }) => [name, duration(milliseconds)]);
    if (rows.length > 0) await host.summarize(table(['migration', 'time'], rows));
    return { applied: result.applied.length, pending: JSON.stringify(result.pending) };
  },
});

async function seedOf({ preview, root }: Deployment, host: Host): Promise<MigrationFile | undefined> {
  if (preview?.seed === undefined) return undefined;
  const shown = join(root, preview.seed);
  return await readSeed(join(host.workspace, shown), shown);
}

function originOf(host: Host) {
  const { GITHUB_SHA: commit = '', GITHUB_ACTOR: actor = '' } = host.environment;
  return { commit, actor, run: runUrl(host) ?? '' };
}
