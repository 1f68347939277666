import { sourceFindings } from '../build/findings.ts';
import { table } from '../report/markdown.ts';
import { counted } from '../report/sentences.ts';
import { commonInputs } from './common-inputs.ts';
import { defineAction } from './define.ts';
import { invalid, loadConfig, showFindings } from './load-config.ts';

export const action = defineAction({
  description:
    'Check deploy.yaml and the sources that it names, and give the matrices of services to build and to deploy.',
  inputs: commonInputs,
  outputs: {
    build_matrix: 'Services to build, as a JSON list of keys for `strategy.matrix`.',
    deploy_matrix: 'Services to deploy, as a JSON list of keys for `strategy.matrix`.',
    has_builds: '`true` when there is something to build.',
    has_migrations: '`true` when the file names a folder of migrations.',
    environment: 'The environment that was planned.',
    project_id: 'Its Google Cloud project.',
    region: 'Its region.',
  },
  run: async (inputs, host) => {
    const deployment = await loadConfig(inputs, host);
    const findings = await sourceFindings(deployment, host.workspace);
    showFindings(findings, host);
    if (findings.some(({ severity }) => severity === 'error')) throw invalid(deployment.file, findings);
    const build = deployment.services.filter((service) => service.build).map(({ key }) => key);
    const deploy = deployment.services.map(({ key }) => key);
    host.info(
      `${deployment.name} ${deployment.environment} in ${deployment.project}: ${counted(deploy.length, 'service')}`,
    );
    const rows = deployment.services.map((service) => [
      service.key,
      service.app?.name ?? '',
      service.worker?.name ?? '',
      service.build?.dockerfile ?? service.image ?? '',
    ]);
    await host.summarize(
      `### ${deployment.name} ${deployment.environment}\n\n${table(['service', 'app', 'worker', 'image from'], rows)}`,
    );
    return {
      build_matrix: JSON.stringify(build),
      deploy_matrix: JSON.stringify(deploy),
      has_builds: build.length > 0,
      has_migrations: deployment.database?.migrations !== undefined,
      environment: deployment.environment,
      project_id: deployment.project,
      region: deployment.region,
    };
  },
});
