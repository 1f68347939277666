import { type Call, Refusal, type Reply } from '../service.ts';
import { page } from './listing.ts';
import type { Place } from './run-v1-metadata.ts';

/** One page of a Knative list. An empty list has no `items`; `metadata` is always there. */
export function listReply(
  call: Call,
  place: Pick<Place, 'apiVersion' | 'kind'>,
  objects: readonly Record<string, unknown>[],
): Reply {
  if (call.query.get('watch') === 'true') {
    throw new Refusal(501, 'UNIMPLEMENTED', 'not implemented by the emulator: watching a list');
  }
  const chosen = objects
    .filter(labelFilter(call.query.get('labelSelector') ?? ''))
    .filter(fieldFilter(call.query.get('fieldSelector') ?? ''));
  const query = new URLSearchParams({
    pageSize: call.query.get('limit') ?? '0',
    pageToken: call.query.get('continue') ?? '',
  });
  const { items, nextPageToken } = page(chosen, query);
  return {
    status: 200,
    body: {
      apiVersion: place.apiVersion,
      kind: `${place.kind}List`,
      metadata: nextPageToken === undefined ? {} : { continue: nextPageToken },
      ...(items.length > 0 ? { items } : {}),
    },
  };
}

type Filter = (object: Record<string, unknown>) => boolean;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function labelFilter(selector: string): Filter {
  const tests = requirements(selector).map(labelTest);
  return (object) => {
    const { labels = {} } = object.metadata as { labels?: Record<string, string> };
    return tests.every((test) => test(labels));
  };
}

/** Commas within parentheses belong to a set of values. */
function requirements(selector: string): string[] {
  return (selector.match(/(?:[^,(]|\([^)]*\))+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelTest(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '') === (operator === 'in');
  }
  const existence = /^(!?)\s*([\w./-]+)$/.exec(text);
  if (existence !== null) {
    const [, not, key = ''] = existence;
    return (labels) => key in labels === (not === '');
  }
  throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid label selector: "${text}"`);
}

function fieldFilter(selector: string): Filter {
  const tests = requirements(selector).map((text) => {
    const [, field, value] = /^metadata\.(name|namespace)\s*={1,2}\s*(\S+)$/.exec(text) ?? [];
    if (field === undefined) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `Invalid field selector: "${text}"`);
    }
    return { field, value };
  });
  return (object) =>
    tests.every(({ field, value }) => (object.metadata as Record<string, unknown>)[field] === value);
}
