import type { Host } from '../github/host.ts';
import { endpointOf } from '../google/endpoints.ts';
import { latestVersion } from '../google/secretmanager.ts';
import { setPassword } from '../google/sqladmin.ts';
import { Failure } from '../lib/failure.ts';
import { isWrongPassword, type Login } from '../migrate/connect.ts';
import type { Session } from './session.ts';

/** The application's role and its password. Throws SECRET_MISSING when nothing has been provisioned. */
export async function loginOf(session: Session, host: Host): Promise<Login> {
  const { google, deployment } = session.context;
  const { database, project } = deployment;
  if (!database) throw new Error('no database');
  const secret = await latestVersion(google, project, database.passwordSecret);
  if (!secret) {
    throw new Failure('SECRET_MISSING', `Secret ${database.passwordSecret} in ${project} has no version.`, {
      next: 'Run provision first: it makes the password and the role.',
    });
  }
  host.mask(secret.value.reveal());
  return {
    database,
    password: secret.value,
    accessToken: session.accessToken,
    endpoint: endpointOf('sqladmin', host.environment),
    applicationName:
      `aethercast-deploy ${host.environment.GITHUB_REPOSITORY ?? ''} run ${host.environment.GITHUB_RUN_ID ?? ''}`.trim(),
  };
}

/**
 * A provisioning that died between writing the secret and making the role, or a new version of the secret, leaves the
 * role with another password. The secret is what services use, so the role follows it.
 */
export async function withRightPassword<T>(
  session: Session,
  login: Login,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isWrongPassword(error)) throw error;
    const { google, deployment } = session.context;
    const { database, password } = login;
    await setPassword(google, deployment.project, database.instance, { name: database.user, password });
    return await work();
  }
}
