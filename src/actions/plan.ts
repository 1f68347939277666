import { type Inspection, inspectSources } from '../build/findings.ts';
import type { Deployment } from '../config/deployment.ts';
import type { Finding } from '../config/finding.ts';
import { isBuilt } from '../config/images.ts';
import { readEvent } from '../github/event.ts';
import type { Host } from '../github/host.ts';
import { boolean, choice, type Inputs } from '../github/inputs.ts';
import { upsertComment } from '../github/rest/comments.ts';
import { connectJob } from '../github/rest/connection.ts';
import { listChangedFiles } from '../github/rest/pull-requests.ts';
import type { Outputs } from '../github/run-action.ts';
import { leftOf, needsDeploying, type PlanPage, planPage, type ServicePlan } from '../report/plan-page.ts';
import { counted, leftLine, lineOf, totals } from '../report/sentences.ts';
import { commonInputs, githubTokenInput } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { findingText, invalid, readConfig, showFindings } from './load-config.ts';
import { type LivePlan, planLive } from './planning/live-plan.ts';
import { openSession } from './session.ts';

const inputs = {
  ...commonInputs,
  look: choice(['auto', 'always', 'never'], {
    description:
      'Whether the project is looked at. `auto`: when the job has credentials, which jobs for pull requests from forks never have; `never`: only the file and the sources are checked.',
    default: 'auto',
  }),
  comment: boolean({
    description:
      'Show the plan in a comment of the pull request, which later runs edit. Needs `pull-requests: write`.',
    default: 'false',
  }),
  prune: boolean({
    description: 'Plan a deployment with `prune`: show what provision and release would take away with it.',
    default: 'false',
  }),
  github_token: githubTokenInput,
};

export const action = defineAction({
  description:
    'Check deploy.yaml and the sources that it names, compare with what is there, and give the matrices of services to build and to deploy.',
  inputs,
  outputs: {
    build_matrix: 'Services to build, as a JSON list of keys for `strategy.matrix`.',
    deploy_matrix: 'Services to deploy, as a JSON list of keys for `strategy.matrix`.',
    has_builds: '`true` when there is something to build.',
    has_deploys: '`true` when there is something to deploy.',
    has_migrations: '`true` when the file names a folder of migrations.',
    changes:
      'Number of changes to infrastructure and services, images to build included; empty when the project was not looked at.',
    findings: 'What was found, as JSON: code, severity, file, place, path, message, fix.',
    plan: 'The changes as JSON: `infrastructure`, `services` with image and changes each, and `removals`, which the release makes at its end.',
    left: 'What stays in the project though the file does not ask for it, as JSON: address, whose, because, next; empty when the project was not looked at.',
    environment: 'The environment that was planned.',
    project_id: 'Its Google Cloud project.',
    region: 'Its region.',
  },
  run: async (given, host) => {
    const { deployment, findings: configFindings, file } = await readConfig(given, host);
    const sources = deployment && (await inspectSources(deployment, host.workspace));
    const known = [...configFindings, ...(sources?.findings ?? [])];
    showFindings(known, host);
    if (!deployment || !sources || known.some(isError)) {
      await publish(given, host, { title: file, findings: known.map(shown), services: [] });
      throw invalid(file, known);
    }
    const why = given.look === 'always' ? undefined : whyNotLooked(given, host);
    const live = why === undefined ? await look(given, deployment, sources, host) : undefined;
    showFindings(live?.findings ?? [], host);
    const findings = [...known, ...(live?.findings ?? [])];
    await publish(given, host, {
      title: `${deployment.name} ${deployment.environment} in ${deployment.project}`,
      findings: findings.map(shown),
      services: live?.services ?? unseen(deployment),
      ...(live && { infrastructure: live.infrastructure, left: live.left, removals: live.removals }),
      ...(why ? { notLooked: why } : {}),
    });
    return outputsOf(deployment, live, findings);
  },
});

type PlanInputs = Inputs<typeof inputs>;

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

function shown(finding: Finding): PlanPage['findings'][number] {
  const { severity, file, place, code } = finding;
  return { severity, place: `${file}:${place.line}:${place.column}`, code, text: findingText(finding) };
}

/** Why the project cannot be looked at, in the words of the page; nothing when it can. */
function whyNotLooked(given: PlanInputs, { environment }: Host): string | undefined {
  if (given.look === 'never') return 'Only the file and the sources were checked, as `look: never` asks.';
  if (given.workload_identity_provider) {
    if (environment.ACTIONS_ID_TOKEN_REQUEST_URL) return undefined;
    return 'The project was not looked at: this job has no `id-token: write`. Jobs for pull requests from forks never get it.';
  }
  const left = ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_GHA_CREDS_PATH'].some((name) => environment[name]);
  return left ? undefined : 'The project was not looked at: this job has no credentials for it.';
}

async function look(
  given: PlanInputs,
  deployment: Deployment,
  { sources }: Inspection,
  host: Host,
): Promise<LivePlan> {
  const session = await openSession(given, deployment, host, {
    values: host.environment,
    prune: given.prune,
  });
  const { pullRequest } = await readEvent(host);
  // On a pull request the plan acts as the deployer of previews, and another one deploys: what that one has is not asked.
  const isOther = pullRequest !== undefined && deployment.preview === undefined;
  const context = isOther ? { ...session.context, deployer: undefined } : session.context;
  return await planLive({ ...session, context }, sources, await touchedFiles(given, host));
}

/** What the pull request changes: it explains why an image is built, and decides nothing. */
async function touchedFiles(given: PlanInputs, host: Host): Promise<readonly string[] | undefined> {
  const { pullRequest } = await readEvent(host);
  if (!pullRequest || !given.github_token) return undefined;
  return await listChangedFiles(connectJob(given.github_token, host), pullRequest.number).catch(
    (error: unknown) => {
      host.debug(`the files of the pull request cannot be listed: ${String(error)}`);
      return undefined;
    },
  );
}

function unseen(deployment: Deployment): readonly ServicePlan[] {
  return deployment.services.map((service) => ({
    key: service.key,
    image: isBuilt(service) ? { kind: 'not looked up' } : { kind: 'there', image: service.image ?? '' },
    changes: [],
  }));
}

/** On the page of the run, in the log, and in the comment of the pull request. */
async function publish(given: PlanInputs, host: Host, page: PlanPage): Promise<void> {
  const markdown = planPage(page);
  await host.summarize(markdown);
  if (page.infrastructure) {
    host.info(`${page.title}: infrastructure ${totals(page.infrastructure)}`);
    for (const service of page.services.filter(needsDeploying)) {
      host.info(`  ${service.key}: ${service.image.kind}, ${counted(service.changes.length, 'change')}`);
    }
    for (const change of page.removals ?? []) host.info(`  ${lineOf(change)}: ${change.because}`);
    for (const one of leftOf(page)) host.info(`  ${leftLine(one)}: ${one.because}`);
  }
  if (!given.comment) return;
  const { pullRequest } = await readEvent(host);
  if (!pullRequest) return host.info('No comment: this run is not about a pull request.');
  if (pullRequest.fork) {
    return host.info('No comment: the token of a run for a pull request from a fork can only read.');
  }
  const github = connectJob(given.github_token ?? '', host);
  const marker = `plan ${given.environment ?? ''}`.trim();
  const { url } = await upsertComment(github, pullRequest.number, marker, markdown);
  host.info(`The plan is in ${url}`);
}

function outputsOf(
  deployment: Deployment,
  live: LivePlan | undefined,
  findings: readonly Finding[],
): Outputs {
  const built = deployment.services.filter(isBuilt).map(({ key }) => key);
  const all = deployment.services.map(({ key }) => key);
  const build =
    live?.services.filter(({ image }) => image.kind === 'to build').map(({ key }) => key) ?? built;
  const deploy = live?.services.filter(needsDeploying).map(({ key }) => key) ?? all;
  const { infrastructure = [], services = [], removals = [] } = live ?? {};
  return {
    build_matrix: JSON.stringify(build),
    deploy_matrix: JSON.stringify(deploy),
    has_builds: build.length > 0,
    has_deploys: deploy.length > 0,
    has_migrations: deployment.database?.migrations !== undefined,
    changes:
      live &&
      infrastructure.length +
        build.length +
        services.flatMap(({ changes }) => changes).length +
        removals.length,
    findings: JSON.stringify(findings),
    plan: live && JSON.stringify({ infrastructure, services, removals }),
    left: live && JSON.stringify(leftOf(live)),
    environment: deployment.environment,
    project_id: deployment.project,
    region: deployment.region,
  };
}
