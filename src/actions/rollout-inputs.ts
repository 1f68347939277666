import type { App, Service } from '../config/deployment.ts';
import type { Host } from '../github/host.ts';
import { boolean, choice, text } from '../github/inputs.ts';
import { Failure } from '../lib/failure.ts';
import { refusalPasses } from '../release/own-grants.ts';
import { smokeTest } from '../release/smoke.ts';
import type { Rollout } from '../resources/rollout.ts';
import { parseShares } from '../resources/traffic.ts';
import type { Shift } from '../resources/wanted-traffic.ts';
import type { Session } from './session.ts';

/** What is said about traffic when a deployment file is deployed. */
export const rolloutInputs = {
  traffic: choice(['shift', 'hold'], {
    description:
      'With a deployment file: `shift` sends all traffic to the new revision once it has passed. `hold` leaves it where it is, and the new revision under the tag `next`, for the release of the whole set.',
    default: 'shift',
  }),
  smoke_test: choice(['auto', 'always', 'never'], {
    description:
      'With a deployment file: whether a new revision is tried over HTTP before it gets traffic. `auto`: unless only the VPC reaches the service; `always`: also then, for runners inside it.',
    default: 'auto',
  }),
  commit: text({
    description:
      'Commit that the image was built from, put on revisions and into their names; that of the run if it is left out.',
  }),
  release: text({
    description: 'Name of the release, put on revisions as a label; the short commit hash if it is left out.',
  }),
} as const;

/** The inputs that deploy-cloudrun has as well. */
export const trafficInputs = {
  no_traffic: boolean({ description: 'Give the new revision no traffic.', default: 'false' }),
  tag: text({ description: 'Traffic tag of the new revision; `url` is then the URL of this tag.' }),
  revision_traffic: text({
    description:
      'Traffic by revision once the deployment is ready, REVISION=PERCENT,...; LATEST is the newest.',
  }),
  tag_traffic: text({
    description:
      'Traffic by tag once the deployment is ready, TAG=PERCENT,.... Not together with revision_traffic.',
  }),
} as const;

export interface RolloutInputs {
  readonly traffic: 'shift' | 'hold';
  readonly smoke_test: 'auto' | 'always' | 'never';
  readonly no_traffic: boolean;
  readonly tag: string | undefined;
  readonly revision_traffic: string | undefined;
  readonly tag_traffic: string | undefined;
}

/** Where traffic goes. Throws INPUT_INVALID or TRAFFIC_INVALID when the inputs contradict each other. */
export function shiftOf(inputs: RolloutInputs): Shift {
  const { traffic, no_traffic, revision_traffic, tag_traffic } = inputs;
  const said = [
    traffic === 'hold' ? 'traffic: hold' : undefined,
    no_traffic ? 'no_traffic' : undefined,
    revision_traffic ? 'revision_traffic' : undefined,
    tag_traffic ? 'tag_traffic' : undefined,
  ].filter((name) => name !== undefined);
  // No traffic at first and shares afterwards is what deploy-cloudrun's users write, and comes to the shares.
  const contradiction =
    said.filter((name) => name !== 'no_traffic').length > 1 || said.includes('traffic: hold');
  if (said.length > 1 && contradiction) {
    throw new Failure('INPUT_INVALID', `Only one of ${said.join(', ')} can be given.`, {
      next: 'Keep the one that says where traffic is to go.',
    });
  }
  if (revision_traffic)
    return { kind: 'revisions', shares: parseShares('revision_traffic', revision_traffic) };
  if (tag_traffic) return { kind: 'tags', shares: parseShares('tag_traffic', tag_traffic) };
  if (no_traffic) return { kind: 'none' };
  return { kind: traffic };
}

/** How the service comes to its new revision. Says in the log why a revision is not tried. */
export function rolloutOf(
  inputs: RolloutInputs,
  service: Service,
  { context, clock, idToken }: Session,
  host: Host,
): Rollout {
  const { app } = service;
  const tried = app && isTried(app, inputs.smoke_test, host) ? app.smoke : undefined;
  return {
    shift: shiftOf(inputs),
    ...(inputs.tag ? { tag: inputs.tag } : {}),
    ...(tried
      ? {
          test: async ({ revision, url, audience }) => {
            const token = app?.authentication === 'iam' ? await idToken(audience) : undefined;
            if (app?.authentication === 'iam' && !token) {
              host.warning(
                `${app.name} checks who calls, and this job has no service account whose identity it could show: ${revision} is not tried. Give service_account to have it tried.`,
              );
              return;
            }
            const { environment, signal } = host;
            await smokeTest(url, tried, { environment, signal, clock, idToken: token });
            host.info(`  ✓ ${revision} answers at ${tried.path}`);
          },
        }
      : {}),
    passes: refusalPasses(context),
  };
}

function isTried(app: App, when: RolloutInputs['smoke_test'], host: Host): boolean {
  if (!app.smoke || when === 'never') return false;
  if (app.ingress === 'all' || when === 'always') return true;
  host.info(
    `${app.name} is reached from the VPC alone (ingress: ${app.ingress}), so it is not tried from here; smoke_test: always does, on a runner inside it.`,
  );
  return false;
}
