import { type Cloud, Refusal } from '../service.ts';
import { invalid, partsOf, revisions, shortName, urlsOf, type Workload } from './run-resource.ts';

export interface Target {
  readonly type?: string;
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** The targets with their defaults; all of it to the latest revision if nothing is said. Throws what Google refuses. */
export function checkTraffic(
  cloud: Cloud,
  service: string,
  targets: readonly Target[] | undefined,
  coming: string | undefined,
): Target[] {
  if (targets === undefined || targets.length === 0) return [{ type: latest, percent: 100 }];
  const { project, id } = partsOf(service);
  const tags = new Set<string>();
  const checked = targets.map((target, index) => {
    const where = `traffic[${index}]`;
    const type = normalized(target);
    const percent = target.percent ?? 0;
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
      throw invalid(`${where}.percent: must be between 0 and 100`);
    }
    if (type === byRevision) checkRevision(cloud, service, target.revision, coming, where);
    else if (target.revision) throw invalid(`${where}.revision: must be empty for the type LATEST`);
    if (target.tag !== undefined && target.tag !== '') {
      const label = `${target.tag}---${id}-${cloud.project(project).number}`;
      if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(target.tag) || label.length > 63) {
        throw invalid(
          `${where}.tag: "${target.tag}" is not a valid tag, or the host name it gives is longer than 63 characters`,
        );
      }
      if (tags.has(target.tag)) throw invalid(`${where}.tag: "${target.tag}" is used more than once`);
      tags.add(target.tag);
    }
    return {
      type,
      ...(type === byRevision && target.revision !== undefined
        ? { revision: shortName(target.revision) }
        : {}),
      ...(percent > 0 ? { percent } : {}),
      ...(target.tag ? { tag: target.tag } : {}),
    };
  });
  const sum = checked.reduce((total, target) => total + (target.percent ?? 0), 0);
  if (sum !== 100) throw invalid(`traffic: the percentages must add up to 100, not ${sum}`, 'traffic');
  return checked;
}

function normalized(target: Target): string {
  if (target.type !== undefined && !target.type.endsWith('_UNSPECIFIED')) return target.type;
  return target.revision ? byRevision : latest;
}

function checkRevision(
  cloud: Cloud,
  service: string,
  revision: string | undefined,
  coming: string | undefined,
  where: string,
): void {
  if (!revision) throw invalid(`${where}.revision: required for the type REVISION`);
  const name = shortName(revision);
  if (name === coming || revisions(cloud).has(`${service}/revisions/${name}`)) return;
  throw invalid(`${where}.revision: Revision '${name}' of service '${shortName(service)}' does not exist`);
}

/** How the traffic really goes: only to revisions that are ready. Throws when a target's revision is not. */
export function trafficStatuses(
  cloud: Cloud,
  service: Workload & { traffic?: readonly Target[] },
): unknown[] {
  return (service.traffic ?? []).map((target) => {
    const name = target.revision;
    if (name !== undefined && revisions(cloud).get(`${service.name}/revisions/${name}`)?.state !== 'ready') {
      throw new Refusal(
        400,
        'FAILED_PRECONDITION',
        `Revision '${name}' is not ready and cannot serve traffic.`,
      );
    }
    return {
      ...target,
      ...(target.tag === undefined ? {} : { uri: urlsOf(cloud, service.name, target.tag)[1] }),
    };
  });
}

/** Whether requests reach the revision, by percentage or by tag. */
export function isServing(
  service: { traffic?: readonly Target[]; latestReadyRevision?: string },
  revision: string,
): boolean {
  return (service.traffic ?? []).some((target) =>
    target.type === latest
      ? service.latestReadyRevision === revision
      : target.revision === shortName(revision),
  );
}
