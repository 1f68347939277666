import { Refusal } from './service.ts';

/**
 * What every method of every API takes beside its own parameters. https://cloud.google.com/apis/docs/system-parameters
 * and the discovery documents of the APIs.
 */
const standard: ReadonlySet<string> = new Set([
  '$.xgafv',
  '$alt',
  '$fields',
  '$prettyPrint',
  'access_token',
  'alt',
  'callback',
  'fields',
  'key',
  'oauth_token',
  'prettyPrint',
  'quotaUser',
  'uploadType',
  'upload_id',
  'upload_protocol',
  'userIp',
  'userProject',
]);

const whole: ReadonlySet<string> = new Set(['pageSize', 'maxResults', 'limit']);
const yesOrNo: ReadonlySet<string> = new Set([
  'allowMissing',
  'force',
  'forceNewRevision',
  'returnPartialSuccess',
  'showDeleted',
  'validateOnly',
]);

/**
 * The query as the method takes it: names in camelCase (Google accepts snake_case as well), truth values as `true` and
 * `false`. Throws Google's 400 for a parameter that the method does not have and for a value of the wrong type.
 */
export function checkQuery(query: URLSearchParams, known: ReadonlySet<string> | undefined): URLSearchParams {
  if (known === undefined || query.size === 0) return query;
  const checked = new URLSearchParams();
  const problems: string[] = [];
  for (const [given, value] of query) {
    const name = nameOf(given, known);
    if (name === undefined) {
      problems.push(
        `Invalid JSON payload received. Unknown name "${given}": Cannot bind query parameter. Field '${given}' could not be found in request message.`,
      );
    } else if (whole.has(name) && !/^-?\d+$/.test(value)) {
      problems.push(`Invalid value at '${snakeCase(name)}' (TYPE_INT32), "${value}"`);
    } else if (yesOrNo.has(name) && truth(value) === undefined) {
      problems.push(`Invalid value at '${snakeCase(name)}' (TYPE_BOOL), "${value}"`);
    } else {
      checked.append(name, yesOrNo.has(name) ? String(truth(value)) : value);
    }
  }
  if (problems.length === 0) return checked;
  throw new Refusal(400, 'INVALID_ARGUMENT', problems.join('\n'), {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: problems.map((description) => ({ description })),
      },
    ],
  });
}

function nameOf(given: string, known: ReadonlySet<string>): string | undefined {
  if (standard.has(given) || known.has(given)) return given;
  const camel = given.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return known.has(camel) ? camel : undefined;
}

function truth(value: string): boolean | undefined {
  if (/^(true|t|yes|y|1)$/i.test(value)) return true;
  return /^(false|f|no|n|0)$/i.test(value) ? false : undefined;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
