import pg from 'pg';
import type { Database } from '../config/deployment.ts';
import { Failure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';

export interface Login {
  readonly database: Database;
  readonly password: Secret;
  readonly accessToken: () => Promise<string>;
  /** Root URL of the SQL Admin API. */
  readonly endpoint: string;
  /** Shown in pg_stat_activity, so that a stale session can be traced to its run. */
  readonly applicationName: string;
}

/** Ends a migration session that hangs on somebody's lock, and frees our locks when this runner dies. */
const sessionSettings = `
  set lock_timeout = '5s';
  set statement_timeout = '30min';
  set idle_in_transaction_session_timeout = '5min';
  set client_connection_check_interval = '1s';
`;

/**
 * Runs `work` on a connection to the instance as the application's role, through Google's connector: TLS with a
 * certificate of an hour, and no address to allow. https://cloud.google.com/sql/docs/postgres/connect-connectors
 */
export async function withConnection<T>(login: Login, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { database } = login;
  const connector = await openConnector(login);
  const client = new pg.Client({
    ...connector.options,
    user: database.user,
    password: login.password.reveal(),
    database: database.name,
    application_name: login.applicationName,
  });
  // A connection that breaks while idle must not end the process past every finally.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw isWrongPassword(error) ? error : unreachable(database, error);
    });
    await client.query(sessionSettings);
    return await work(client);
  } catch (error) {
    throw isLostConnection(error) ? lost(database, error) : error;
  } finally {
    await client.end().catch(() => undefined);
    connector.close();
  }
}

/** pg has no type of its own for it. */
function isLostConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof Failure) &&
    /connection terminated|ECONNRESET|EPIPE/i.test(error.message)
  );
}

function lost(database: Database, cause: unknown): Failure {
  return new Failure(
    'DATABASE_CONNECTION_LOST',
    `The connection to ${database.connectionName} broke during the migration.`,
    {
      next: 'Run again: a file that was not finished was rolled back, those before it stay applied.',
      cause,
    },
  );
}

async function openConnector(login: Login) {
  const [{ Connector, IpAddressTypes }, { OAuth2Client }] = await Promise.all([
    import('@google-cloud/cloud-sql-connector'),
    import('google-auth-library'),
  ]);
  const { database } = login;
  const auth = new OAuth2Client();
  auth.refreshHandler = async () => ({
    access_token: await login.accessToken(),
    expiry_date: Date.now() + 60_000,
  });
  auth.setCredentials({ access_token: await login.accessToken() });
  const connector = new Connector({
    // The connector brings a version of the library of its own; the client's methods are the same.
    auth: auth as unknown as NonNullable<ConstructorParameters<typeof Connector>[0]>['auth'] & object,
    sqlAdminAPIEndpoint: login.endpoint,
  });
  try {
    const options = await connector.getOptions({
      instanceConnectionName: database.connectionName,
      ipType: database.connectivity === 'private' ? IpAddressTypes.PRIVATE : IpAddressTypes.PUBLIC,
    });
    // Not closed when this fails: the connector would then reject where nobody can catch it.
    return { options, close: () => connector.close() };
  } catch (error) {
    throw unreachable(database, error);
  }
}

function unreachable(database: Database, cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Failure(
    'DATABASE_UNREACHABLE',
    `Cloud SQL instance ${database.connectionName} cannot be reached: ${message}`,
    {
      next:
        database.connectivity === 'private'
          ? 'It has a private address only: run this action on a runner in its network.'
          : 'Run provision first; whoever runs migrate needs roles/cloudsql.client.',
      cause,
    },
  );
}

/** PostgreSQL's code for a wrong password. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function isWrongPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '28P01';
}
