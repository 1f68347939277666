import type { Deployment, Service } from '../config/deployment.ts';
import type { Plan } from '../engine/plan.ts';
import type { Host } from '../github/host.ts';
import { boolean, choice, type Inputs, text } from '../github/inputs.ts';
import { connectJob } from '../github/rest/connection.ts';
import type { Outputs } from '../github/run-action.ts';
import { explainGoogle } from '../google/denied.ts';
import { GoogleError } from '../google/error.ts';
import type { Google } from '../google/google.ts';
import { latestVersionNumber } from '../google/secretmanager.ts';
import { Failure } from '../lib/failure.ts';
import { requireApproved } from '../promote/approval.ts';
import { copyImages, targetImage } from '../promote/copy.ts';
import {
  differences,
  imagesOf,
  type Proposal,
  proposalDigest,
  servingRevisions,
  wantedServices,
} from '../promote/difference.ts';
import { readLive } from '../promote/live.ts';
import { requirePromotable, verifiedRelease } from '../promote/refusals.ts';
import { usedSecrets } from '../release/used-secrets.ts';
import { copiesTable, promotionPage } from '../report/promotion-page.ts';
import { counted } from '../report/sentences.ts';
import { commonInputs, githubTokenInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { imagesInput, imagesOfInput } from './images-input.ts';
import { loadConfig } from './load-config.ts';
import { type PendingMigrations, pendingMigrations } from './pending-migrations.ts';
import { foreignChecks, readRecords } from './release-records.ts';
import { planPromotedRemovals, staysUntil } from './removals.ts';
import { type Connection, connect, openSession } from './session.ts';

const inputs = {
  ...commonInputs,
  environment: text({ description: 'The environment of the file to promote to.', required: true }),
  from: text({ description: 'The environment of the file whose release is promoted.', required: true }),
  stage: choice(['find', 'compare', 'verify', 'copy'], {
    description:
      '`find` gives the commit on record, to check out. `compare` refuses what cannot be promoted and shows the difference. `verify` does so again and holds it against `hash` and `migrations`. `copy` brings the `images` into the registry of the environment.',
    default: 'compare',
  }),
  services: text({
    description:
      'Keys of the services to take along, with commas or blanks between them; all if it is left out.',
  }),
  reason: text({ description: 'Why, for the summary.' }),
  hash: text({ description: 'For `verify`: the output `hash` of the comparison that was approved.' }),
  migrations: text({ description: 'For `verify`: the output `migrations` of that comparison.' }),
  prune: boolean({
    description:
      'For `compare` and `verify`: of a promotion whose release is to delete what the file does not ask for any more; it is shown, and part of what is approved.',
    default: 'false',
  }),
  images: imagesInput('For `copy`: the output `images` of the comparison.'),
  github_token: githubTokenInput,
};

export const action = defineAction({
  description:
    'Take what runs in one environment to the next by digest: refuse what was not tested together, show the difference, hold it against what was approved, copy the images.',
  inputs,
  outputs: {
    sha: 'The commit on record, which deploy.yaml and migrations are taken from.',
    hash: 'Digest of all that is shown: `verify` refuses when it has become another one.',
    images: 'Images by service, as JSON: those that run in `from`; after `copy`, where they are then.',
    services: 'Keys of the services, as a JSON list for `strategy.matrix`.',
    migrations: 'Names of the migrations that would run, as a JSON list.',
    changed: '`true` when anything would change.',
  },
  run: async (given, host) => {
    if (given.from === given.environment) {
      throw new Failure('INPUT_INVALID', `from and environment are both ${given.from}.`, {
        next: 'Give the environment that is promoted from, and the one after it.',
      });
    }
    switch (given.stage) {
      case 'find':
        return await find(given, host);
      case 'compare':
      case 'verify':
        return await compare(given, host);
      case 'copy':
        return await copy(given, host);
    }
  },
});

type PromoteInputs = Inputs<typeof inputs>;

/** The commit that the newest verified record is about; whether it can be promoted is for `compare` to say. */
async function find(given: PromoteInputs, host: Host): Promise<Outputs> {
  const github = connectJob(given.github_token ?? '', host);
  const records = await readRecords(github, given.from);
  const sha = verifiedRelease(records)?.manifest?.sha;
  if (sha) return { sha };
  throw new Failure('PROMOTION_NO_RECORD', noRecord(given.from), {
    next: `Deploy to ${given.from} with the workflow deploy.yml of this suite: its last job writes the record.`,
  });
}

function noRecord(from: string): string {
  return `No successful deployment to ${from} is on record, so that nothing says which revisions were tested together.`;
}

async function compare(given: PromoteInputs, host: Host): Promise<Outputs> {
  const [from, to] = [
    await loadConfig({ ...given, environment: given.from }, host),
    await loadConfig(given, host),
  ];
  const services = chosen(to, given.services);
  const github = connectJob(given.github_token ?? '', host);
  const records = await readRecords(github, given.from);
  const sha = verifiedRelease(records)?.sha;
  const [live, checks] = await Promise.all([
    within(from, given, host, ({ google }) => readLive({ google, deployment: from }, from.services)),
    sha ? foreignChecks(github, sha, host.environment.GITHUB_JOB) : [],
  ]);
  const release = requirePromotable({
    from: given.from,
    live,
    wanted: from.services.map(names),
    records,
    checks,
  });
  const images = imagesOfServices(services, imagesOf(live));
  const seen = await within(to, given, host, async ({ google }) => {
    const site = { google, deployment: to };
    return {
      live: await readLive(site, services),
      beside: await planPromotedRemovals(site, services, staysOf(given, to, services), host),
      versions: await secretVersions(google, to, services),
      pending: await pendingOf(given, to, host),
    };
  });
  const targets = Object.fromEntries(
    Object.entries(images).map(([key, image]) => [key, targetImage(image, from, to)]),
  );
  const proposal: Proposal = {
    from: given.from,
    to: to.environment,
    release,
    services: services.map(({ key }) => key),
    differences: differences(wantedServices(services, targets, seen.versions), seen.live),
    replaced: servingRevisions(seen.live),
    goes: seen.beside.changes.map(({ address }) => address).sort(),
  };
  const hash = proposalDigest(proposal);
  await host.summarize(page(given, { ...proposal, beside: seen.beside }, hash, seen.pending));
  if (given.stage === 'verify') {
    requireApproved({
      ...proposal,
      approved: given.hash,
      now: hash,
      approvedMigrations: namesOf(given.migrations),
      migrations: seen.pending.names,
    });
  }
  host.info(
    `${counted(proposal.differences.length, 'workload')} of ${to.environment} would change (${hash})`,
  );
  return {
    sha: release.sha,
    hash,
    images: JSON.stringify(images),
    services: JSON.stringify(proposal.services),
    migrations: JSON.stringify(seen.pending.names),
    changed: proposal.differences.length > 0 || seen.pending.names.length > 0 || proposal.goes.length > 0,
  };
}

/** What a person can do about workloads that the file does not ask for; nothing when the release deletes them. */
function staysOf(given: PromoteInputs, to: Deployment, services: readonly Service[]): string | undefined {
  if (!given.prune) return staysUntil.asked;
  return services.length === to.services.length ? undefined : staysUntil.whole;
}

/** Of these services, by the names of ImageSource. */
function imagesOfServices(
  services: readonly Service[],
  serving: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const keys = new Set(services.map(({ key }) => key));
  return Object.fromEntries(Object.entries(serving).filter(([name]) => keys.has(serviceKeyOf(name))));
}

/** `web` of `web/proxy`. */
const serviceKeyOf = (name: string): string => name.split('/')[0] ?? name;

function page(
  given: PromoteInputs,
  proposal: Proposal & { readonly beside: Plan },
  hash: string,
  pending: PendingMigrations,
): string {
  const { release, beside, ...rest } = proposal;
  return promotionPage({
    ...rest,
    sha: release.sha,
    manifest: release.manifest,
    hash,
    ...(given.reason ? { reason: given.reason } : {}),
    migrations: pending.names,
    historySeen: pending.seen,
    goes: beside.changes,
    left: beside.left,
  });
}

function namesOf(list: string | undefined): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(list ?? '[]');
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Said below, as of any other wrong form.
  }
  throw new Failure('INPUT_INVALID', '`migrations` is no JSON list.', {
    next: 'Give the output `migrations` of the comparison, as it is.',
  });
}

async function copy(given: PromoteInputs, host: Host): Promise<Outputs> {
  const [from, to] = [
    await loadConfig({ ...given, environment: given.from }, host),
    await loadConfig(given, host),
  ];
  const images = imagesOfInput(given.images);
  if (!images) {
    throw new Failure('INPUT_INVALID', 'images is required for the stage copy.', {
      next: 'Give the output `images` of the comparison.',
    });
  }
  const { google, deployer } = await connect(given, to.project, host);
  const copies = given.dry_run ? [] : await copyImages(google, images, from, to, deployer);
  for (const { from: source, to: target, sent } of copies)
    host.info(`${sent === 0 ? 'is there' : `copied ${counted(sent, 'part')}`}: ${source} → ${target}`);
  await host.summarize(`### Images for ${to.environment}\n\n${copiesTable(copies)}`);
  const targets = Object.entries(images).map(([key, image]) => [key, targetImage(image, from, to)]);
  return {
    images: JSON.stringify(Object.fromEntries(targets)),
    services: JSON.stringify([...new Set(Object.keys(images).map(serviceKeyOf))]),
  };
}

/** Refusals of either project are to name that one. */
async function within<T>(
  { project }: Deployment,
  given: PromoteInputs,
  host: Host,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(given, project, host);
  return await work(connection).catch((error: unknown) => {
    throw explainGoogle(error, { principal: connection.deployer, project });
  });
}

function chosen({ services, file }: Deployment, list: string | undefined): readonly Service[] {
  const keys = (list ?? '').split(/[\s,]+/).filter((key) => key !== '');
  const unknown = keys.filter((key) => !services.some((service) => service.key === key));
  if (unknown.length > 0) {
    throw new Failure('INPUT_INVALID', `${file} has no service ${unknown.join(', ')}.`, {
      next: `It has: ${services.map(({ key }) => key).join(', ')}.`,
    });
  }
  return keys.length === 0 ? services : services.filter(({ key }) => keys.includes(key));
}

function names({ key, app, worker }: Service): { key: string; app?: string; worker?: string } {
  return { key, ...(app && { app: app.name }), ...(worker && { worker: worker.name }) };
}

/** The newest version of each secret that is used; none where Secret Manager is not even switched on. */
async function secretVersions(
  google: Google,
  { project }: Deployment,
  services: readonly Service[],
): Promise<Readonly<Record<string, string | undefined>>> {
  const used = new Set(services.flatMap(usedSecrets));
  const found = await Promise.all(
    [...used].map(async (secret) => {
      const version = await latestVersionNumber(google, project, secret).catch((error: unknown) => {
        if (error instanceof GoogleError && error.reason === 'SERVICE_DISABLED') return undefined;
        throw error;
      });
      return [secret, version] as const;
    }),
  );
  return Object.fromEntries(found);
}

async function pendingOf(given: PromoteInputs, to: Deployment, host: Host): Promise<PendingMigrations> {
  if (!to.database?.migrations) return { names: [], seen: true };
  return await pendingMigrations(to, () => openSession(given, to, host), host);
}
