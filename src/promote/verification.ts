/** Whether what runs of a service is what was deployed. Pure: each problem is a sentence. */
import type { Service } from '../config/deployment.ts';
import { type LiveService, type LiveWorkload, workloadsOf } from './live.ts';

/** `images` is what was deployed, by the names of ImageSource. Nothing when all of it runs, and nothing else does. */
export function serviceProblems(
  service: Pick<Service, 'key' | 'app' | 'worker' | 'sidecars'>,
  now: LiveService | undefined,
  images: Readonly<Record<string, string>>,
): readonly string[] {
  const missing = (['app', 'worker'] as const).flatMap((part) =>
    service[part] && !now?.[part] ? [`${service[part].name} does not exist`] : [],
  );
  const wrong = (now ? workloadsOf(now) : []).flatMap(([part, workload]) => [
    ...workloadProblems(workload, images[service.key]),
    ...sidecarProblems(service, part, workload, images),
  ]);
  return [...missing, ...wrong];
}

/** The first of them: the others would follow from it. */
function workloadProblems(workload: LiveWorkload, expected: string | undefined): readonly string[] {
  const { name, revision, newest, image, notReady, shares } = workload;
  if (notReady) return [`${name} is not ready: ${notReady}`];
  const others = Object.keys(shares).filter((one) => one !== revision);
  if (others.length > 0) return [`${name} is served by ${others.join(', ')} as well as ${revision}`];
  if (revision !== newest)
    return [`${name} is served by ${revision}, and not by its newest revision ${newest}`];
  return expected === image ? [] : [`${name} runs ${image}, and not ${expected}`];
}

function sidecarProblems(
  { key, sidecars = [] }: Pick<Service, 'key' | 'sidecars'>,
  part: 'app' | 'worker',
  live: LiveWorkload,
  images: Readonly<Record<string, string>>,
): readonly string[] {
  const asked = sidecars.filter(({ beside }) => beside.includes(part)).map(({ name }) => name);
  const others = Object.keys(live.sidecars).filter((name) => !asked.includes(name));
  return [
    ...asked.flatMap((name) => {
      const [image, expected] = [live.sidecars[name], images[`${key}/${name}`]];
      if (image === undefined) return [`${live.name} runs without its sidecar ${name}`];
      // A promotion brings no image of one that only this environment has.
      if (expected === undefined || expected === image) return [];
      return [`${name} beside ${live.name} runs ${image}, and not ${expected}`];
    }),
    ...others.map((name) => `${live.name} runs with a container ${name} that deploy.yaml does not have`),
  ];
}
