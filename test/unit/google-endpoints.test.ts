import { expect, test } from 'vitest';
import { type ApiName, endpointOf } from '../../src/google/endpoints.ts';

const prefix = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_';

test.each<[ApiName, Record<string, string>, string]>([
  ['run', {}, 'https://run.googleapis.com/'],
  ['sqladmin', {}, 'https://sqladmin.googleapis.com/'],
  ['run', { [`${prefix}RUN`]: 'http://127.0.0.1:1/run/' }, 'http://127.0.0.1:1/run/'],
  ['run', { [`${prefix}RUN`]: 'http://127.0.0.1:1/run' }, 'http://127.0.0.1:1/run/'],
  ['run', { [`${prefix}RUN`]: '' }, 'https://run.googleapis.com/'],
  ['run', { [`${prefix}STORAGE`]: 'http://127.0.0.1:1/' }, 'https://run.googleapis.com/'],
  // gcloud's name for it, which is not the host's.
  ['sqladmin', { [`${prefix}SQL`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ['sts', { [`${prefix}STS`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ['iamcredentials', { [`${prefix}IAMCREDENTIALS`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ['servicenetworking', { [`${prefix}SERVICENETWORKING`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ['dns', { [`${prefix}DNS`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ['monitoring', { [`${prefix}MONITORING`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ['billingbudgets', { [`${prefix}BILLINGBUDGETS`]: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
])('%s with %o is at %s', (api, environment, url) => {
  expect(endpointOf(api, environment)).toBe(url);
});
