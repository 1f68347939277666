import { describe, expect, test } from 'vitest';
import { type RolloutInputs, rolloutOf, shiftOf } from '../../src/actions/rollout-inputs.ts';
import type { Session } from '../../src/actions/session.ts';
import type { App, Service } from '../../src/config/deployment.ts';
import type { Host } from '../../src/github/host.ts';

const plain: RolloutInputs = {
  traffic: 'shift',
  smoke_test: 'auto',
  no_traffic: false,
  tag: undefined,
  revision_traffic: undefined,
  tag_traffic: undefined,
};

const app = {
  name: 'shop-web',
  ingress: 'all',
  authentication: 'none',
  smoke: { path: '/', successes: 1, timeoutSeconds: 1 },
} as unknown as App;

interface Said {
  readonly host: Host;
  readonly infos: readonly string[];
  readonly warnings: readonly string[];
}

function listening(): Said {
  const [infos, warnings]: [string[], string[]] = [[], []];
  const host = {
    environment: {},
    info: (line: string) => void infos.push(line),
    warning: (line: string) => void warnings.push(line),
  } as unknown as Host;
  return { host, infos, warnings };
}

const session = { context: {}, idToken: async () => undefined } as unknown as Session;

function rollout(inputs: Partial<RolloutInputs>, own: Partial<App>, { host }: Said) {
  return rolloutOf({ ...plain, ...inputs }, { app: { ...app, ...own } } as Service, session, host);
}

describe('a new revision is tried', () => {
  test.each<[string, Partial<RolloutInputs>, Partial<App>]>([
    ['when anybody reaches it', {}, {}],
    ['inside the VPC when that is asked for', { smoke_test: 'always' }, { ingress: 'internal' }],
  ])('%s', (_when, inputs, own) => {
    expect(rollout(inputs, own, listening()).test).toBeDefined();
  });
});

describe('a new revision is not tried', () => {
  test.each<[string, Partial<RolloutInputs>, Partial<App>]>([
    ['when nobody wants it', { smoke_test: 'never' }, {}],
    ['when only the VPC reaches it', {}, { ingress: 'internal' }],
    ['when only the VPC and load balancers reach it', {}, { ingress: 'internal-and-cloud-load-balancing' }],
    ['when the file has switched it off', { smoke_test: 'always' }, { smoke: undefined as never }],
  ])('%s', (_when, inputs, own) => {
    expect(rollout(inputs, own, listening()).test).toBeUndefined();
  });

  test('inside the VPC, and the log says why and what would try it', () => {
    const said = listening();
    rollout({}, { ingress: 'internal' }, said);
    expect(said.infos.join()).toContain('smoke_test: always');
  });

  test('without an identity where callers are checked, and a warning says so', async () => {
    const said = listening();
    const { test: trial } = rollout({}, { authentication: 'iam' }, said);
    await trial?.({ revision: 'web-1', url: 'http://127.0.0.1:9', audience: 'https://web' });
    expect(said.warnings).toEqual([expect.stringContaining('web-1 is not tried')]);
  });
});

describe('where traffic goes', () => {
  test.each<[Partial<RolloutInputs>, string]>([
    [{}, 'shift'],
    [{ traffic: 'hold' }, 'hold'],
    [{ no_traffic: true }, 'none'],
    [{ revision_traffic: 'LATEST=10' }, 'revisions'],
    [{ no_traffic: true, revision_traffic: 'LATEST=10' }, 'revisions'],
    [{ tag_traffic: 'a=10' }, 'tags'],
  ])('%j', (inputs, kind) => {
    expect(shiftOf({ ...plain, ...inputs }).kind).toBe(kind);
  });

  test.each<Partial<RolloutInputs>>([
    { traffic: 'hold', no_traffic: true },
    { traffic: 'hold', revision_traffic: 'LATEST=10' },
    { revision_traffic: 'LATEST=10', tag_traffic: 'a=10' },
  ])('%j contradicts itself', (inputs) => {
    expect(() => shiftOf({ ...plain, ...inputs })).toThrow(/Only one of .* can be given/);
  });
});
