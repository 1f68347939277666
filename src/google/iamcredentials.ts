import type { Google } from './google.ts';

/**
 * An identity token of the service account for one audience, good for an hour.
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
 */
export async function generateIdToken(
  { transport }: Pick<Google, 'transport'>,
  serviceAccount: string,
  audience: string,
): Promise<string> {
  const answer = await transport.send<{ token: string }>({
    api: 'iamcredentials',
    method: 'POST',
    path: `v1/projects/-/serviceAccounts/${serviceAccount}:generateIdToken`,
    body: { audience, includeEmail: true },
    repeatable: true,
  });
  return answer.token;
}
