import { type Api, type Call, type Cloud, Refusal, type Reply } from '../service.ts';
import { type Answer, type AnswerRequest, addAnswer, answerRows, hasSubject } from './answers.ts';

/** Control of the containers that do not run, and the host names of services; there is no such API on Google. */
export const endpointsApi: Api = {
  name: 'run.app',
  title: 'Addresses of Cloud Run services',
  needsEnabling: false,
  hosts: ['*.*.run.app'],
  messages: 'endpoints',
  errors: 'rpc',
  notModelled: [
    'Containers do not run: a service replies with a description of itself, or with what was scripted at /_emulator/answers.',
    'TLS, WebSockets, HTTP/2 and gRPC to services; domain mappings; CDN and load balancers.',
    'Where a request comes from is told by the header x-emulator-from; without it, it comes from the internet.',
    'Shared VPC and VPC Service Controls: only calls within one project can be internal.',
    'Instances: concurrency, scaling and the 429 of a service at its maximum.',
  ],
  routes: [
    {
      method: 'POST',
      path: '/_emulator/answers',
      id: 'emulator.answers.create',
      message: 'AnswerRequest',
      open: true,
      handle: create,
    },
    { method: 'GET', path: '/_emulator/answers', id: 'emulator.answers.list', open: true, handle: list },
    {
      method: 'DELETE',
      path: '/_emulator/answers',
      id: 'emulator.answers.clear',
      open: true,
      handle: (_call, cloud) => {
        for (const [id] of [...answerRows(cloud).entries()]) answerRows(cloud).delete(id);
        return { status: 200, body: {} };
      },
    },
    {
      method: 'DELETE',
      path: '/_emulator/answers/{answer}',
      id: 'emulator.answers.delete',
      open: true,
      handle: (call, cloud) => {
        if (answerRows(cloud).delete(call.params.answer ?? '')) return { status: 200, body: {} };
        throw new Refusal(404, 'NOT_FOUND', `There is no scripted answer ${call.params.answer}.`);
      },
    },
  ],
};

function create(call: Call, cloud: Cloud): Reply {
  const answer = addAnswer(cloud, (call.body ?? {}) as AnswerRequest);
  return { status: 200, body: shown(cloud, answer, 0) };
}

function list(_call: Call, cloud: Cloud): Reply {
  const answers = [...answerRows(cloud).values()].map((row) => shown(cloud, row.answer, row.used));
  return { status: 200, body: { answers } };
}

/** `matches: false` tells a misspelled name from one that is there. */
function shown(cloud: Cloud, answer: Answer, used: number): Record<string, unknown> {
  return { ...answer, used, matches: hasSubject(cloud, answer) };
}
