import { Refusal } from '../service.ts';

/** One entry of `errors` in a 422. https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export interface Problem {
  readonly resource: string;
  readonly field?: string;
  readonly code: string;
  readonly message?: string;
  readonly [more: string]: unknown;
}

export function notFound(): Refusal {
  return new Refusal(404, 'NOT_FOUND', 'Not Found');
}

export function badCredentials(): Refusal {
  return new Refusal(401, 'UNAUTHENTICATED', 'Bad credentials');
}

/** What a job's token hears that lacks the permission. */
export function notAccessible(needed: string): Refusal {
  return new Refusal(403, 'PERMISSION_DENIED', 'Resource not accessible by integration', {
    headers: { 'x-accepted-github-permissions': needed },
  });
}

export function needsAdmin(): Refusal {
  return new Refusal(403, 'PERMISSION_DENIED', 'Must have admin rights to Repository.');
}

export function validationFailed(...problems: readonly Problem[]): Refusal {
  return new Refusal(422, 'INVALID_ARGUMENT', 'Validation Failed', { details: problems });
}

/** A body that does not fit the schema of the call. */
export function invalidRequest(sentences: readonly string[]): Refusal {
  return new Refusal(422, 'INVALID_ARGUMENT', `Invalid request.\n\n${sentences.join('\n')}`);
}

export function unprocessable(message: string): Refusal {
  return new Refusal(422, 'INVALID_ARGUMENT', message);
}

export function conflict(message: string, ...problems: readonly Problem[]): Refusal {
  return new Refusal(409, 'ABORTED', message, { details: problems });
}
