/** A person who sets up projects, as far as a bundle can act as one: an account of a project that is nobody's environment. */
import type { SeedProject } from '../../src/emulator/emulator.ts';
import {
  deployerEmail,
  projectNumber,
  providerName,
  seedProject,
  type TrustedRepository,
} from '../../src/rehearsal/seed.ts';
import type { World } from '../../src/rehearsal/world/world.ts';
import { admin } from './action.ts';

export const office = 'acme-office';

/** What the administrator's jobs give to the actions. */
export const administrator = {
  workload_identity_provider: providerName(office),
  service_account: deployerEmail(office),
};

/** The projects as Google hands them out, with owners and nothing else, and the office that the administrator comes from. */
export function untouched(projects: readonly string[], trusted: TrustedRepository): readonly SeedProject[] {
  const members = [`user:${admin}`, `serviceAccount:${administrator.service_account}`];
  const bindings = [{ role: 'roles/owner', members }];
  const bare = projects.map((id) => ({ id, number: projectNumber(id), bindings }));
  return [seedProject(office, trusted), ...bare];
}

/** What a person does once, with the credentials of somebody who owns both projects. */
export const bootstrapCaller = `name: Bootstrap
on:
  workflow_dispatch:
    inputs:
      environment: { type: string, required: true }
      promotes_to: { type: string }
      promotes_from: { type: string }
permissions: {}
jobs:
  bootstrap:
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@v5
      - uses: org/aethercast-deploy/actions/provision@v1
        with:
          bootstrap: true
          environment: \${{ inputs.environment }}
          promotes_to: \${{ inputs.promotes_to }}
          promotes_from: \${{ inputs.promotes_from }}
          workload_identity_provider: ${administrator.workload_identity_provider}
          service_account: ${administrator.service_account}
`;

/** Sets up the projects of two environments and the promotion between them: all that anybody does by hand. */
export async function bootstrapped(world: World, from: string, to: string): Promise<void> {
  for (const inputs of [
    { environment: from },
    { environment: to, promotes_from: from },
    { environment: from, promotes_to: to },
  ]) {
    const run = await world.dispatch('bootstrap', inputs);
    const { result, jobs } = await run.done;
    if (result !== 'success') throw new Error(jobs.flatMap(({ lines }) => lines).join('\n'));
  }
}
