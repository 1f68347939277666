import { AuthTypes, Connector, IpAddressTypes } from '@google-cloud/cloud-sql-connector';
import { OAuth2Client } from 'google-auth-library';
import pg from 'pg';

export interface DatabaseAt {
  /** The emulator's address. */
  readonly origin: string;
  /** An access token for the project. */
  readonly token: string;
  /** `PROJECT:REGION:INSTANCE`. */
  readonly instance: string;
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Connects as an application does, through Google's own connector. */
export async function connected<T>(
  { origin, token, instance }: DatabaseAt,
  login: Login,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const auth = new OAuth2Client();
  auth.setCredentials({ access_token: token });
  const connector = new Connector({
    // The connector brings its own copy of the library; the client's methods are the same.
    auth: auth as unknown as NonNullable<ConstructorParameters<typeof Connector>[0]>['auth'] & object,
    sqlAdminAPIEndpoint: `${origin}/`,
  });
  const options = await connector.getOptions({
    instanceConnectionName: instance,
    ipType: IpAddressTypes.PUBLIC,
    authType: AuthTypes.PASSWORD,
  });
  const client = new pg.Client({ ...options, ...login });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
    connector.close();
  }
}
