import { validationFailed } from './refusals.ts';

/** Characters. */
const longest = 140;

/** Throws GitHub's 422 for a description of a deployment or a status that is too long. */
export function checkDescription(resource: string, description: string | null): void {
  if ((description ?? '').length <= longest) return;
  throw validationFailed({
    resource,
    code: 'custom',
    field: 'description',
    message: `description is too long (maximum is ${longest} characters)`,
  });
}
