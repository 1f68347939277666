/**
 * The Cloud SQL instance. Ours: the settings that `wantedInstance` names. Region and network are for life, and so is a
 * version downwards; upwards it is an upgrade in place, which has to be allowed.
 * https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances
 */
import type { Database } from '../config/deployment.ts';
import type { Resource } from '../engine/resource.ts';
import { isNotFound, unlessExists } from '../google/error.ts';
import {
  createInstance,
  getInstance,
  isPassing,
  listInstances,
  patchInstance,
  type SqlInstance,
  waitUntilRunnable,
} from '../google/sqladmin.ts';
import { Failure } from '../lib/failure.ts';
import { apisAddress } from './apis.ts';
import { type Context, find, listing } from './context.ts';
import { peeringAddress } from './private-services.ts';
import { instanceChanges, patches, wantedInstance } from './sql-settings.ts';

export const sqlInstanceAddress = (name: string): string => `sql_instance/${name}`;

export function sqlInstance(context: Context, database: Database): Resource<SqlInstance> {
  const { google, deployment } = context;
  const { project } = deployment;
  const address = sqlInstanceAddress(database.instance);
  const want = wantedInstance(context, database);
  const list = listing(context, 'sqladmin.googleapis.com', () => listInstances(google, project));
  return {
    address,
    dependsOn: [
      apisAddress,
      ...(database.connectivity === 'private' && deployment.network
        ? [peeringAddress(deployment.network.name)]
        : []),
    ],
    observe: async (fresh) => {
      const have = await find(
        fresh,
        list,
        ({ name }) => name === database.instance,
        () => getInstance(google, project, database.instance),
        isNotFound,
      );
      if (have) requireUsable(have);
      const private_ = have?.ipAddresses?.find(({ type }) => type === 'PRIVATE')?.ipAddress;
      if (private_) context.facts.database = { ...context.facts.database, host: private_ };
      return have;
    },
    diff: (have) => instanceChanges(context, database, address, have),
    apply: async (changes, have) => {
      if (!have) await unlessExists(createInstance(google, project, want));
      else
        for (const patch of isPassing(have) ? [] : patches(want, have, changes))
          await patchInstance(google, project, database.instance, patch);
      // Also waits for a creation of an earlier run, or of a call whose answer was lost.
      await waitUntilRunnable(google, project, database.instance).then(requireUsable, (error: unknown) => {
        throw isNotFound(error) ? nameReserved(database.instance, error) : error;
      });
    },
  };
}

/** Nothing can be made of an instance that is in one of the other states, so the plan ends here. */
function requireUsable(instance: SqlInstance): void {
  if (instance.state === undefined || instance.state === 'RUNNABLE' || isPassing(instance)) return;
  throw new Failure(
    'SQL_INSTANCE_NOT_RUNNABLE',
    `Cloud SQL instance ${instance.name} is in state ${instance.state}.`,
    { next: advice[instance.state] ?? 'Look at its operations in the console, then run again.' },
  );
}

const rename = 'the name stays blocked for about a week, so give database.instance another name';

const advice: Readonly<Record<string, string>> = {
  FAILED: `Look at its operations in the console for the reason. Delete it, mend the reason and run again; ${rename}.`,
  PENDING_DELETE: `Somebody is deleting it. If that was meant, ${rename}.`,
  SUSPENDED: 'Google switched it off, mostly since nobody pays for the project: look at its billing account.',
};

/** Refused as existing, and yet not there. https://cloud.google.com/sql/docs/postgres/delete-instance */
function nameReserved(name: string, cause: unknown): Failure {
  return new Failure(
    'SQL_NAME_RESERVED',
    `An instance with the name ${name} was deleted a short time ago, and Google keeps the name for about a week.`,
    { next: 'Give database.instance another name, for example with a number at its end.', cause },
  );
}
