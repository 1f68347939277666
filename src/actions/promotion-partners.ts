import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Deployment } from '../config/deployment.ts';
import { environmentNames, environmentsInProject, parseDeployment } from '../config/load.ts';
import type { Host } from '../github/host.ts';
import { Failure } from '../lib/failure.ts';
import { counted } from '../report/sentences.ts';
import type { Partner, Promotions } from '../resources/promotion-rights.ts';
import { deployerOf } from '../resources/trust.ts';

interface PromotionInputs {
  readonly promotes_to: string | undefined;
  readonly promotes_from: string | undefined;
}

/** Throws INPUT_INVALID: without `bootstrap` nobody would give the rights that were asked for. */
export function requireNoPromotions({ promotes_to, promotes_from }: PromotionInputs): void {
  if (promotes_to === undefined && promotes_from === undefined) return;
  throw new Failure('INPUT_INVALID', 'promotes_to and promotes_from are only for bootstrap.', {
    next: 'Give `bootstrap: true` as well, with the credentials of a person, or leave them out.',
  });
}

/**
 * The environments that the inputs name, with the accounts that their jobs act as. Throws INPUT_INVALID with everything
 * that is wrong with the names; nothing was sent by then.
 */
export async function promotionPartners(
  inputs: PromotionInputs,
  deployment: Deployment,
  host: Host,
): Promise<Promotions> {
  const text = await readFile(join(host.workspace, deployment.file), 'utf8');
  const problems: Problem[] = [];
  const named = (input: keyof PromotionInputs): readonly Partner[] =>
    namesIn(inputs[input]).flatMap((name) => {
      const found = partnerOf(name, text, deployment);
      if ('deployer' in found) return [found];
      problems.push({ ...found, what: `${input}: ${found.what}` });
      return [];
    });
  const promotions = { to: named('promotes_to'), from: named('promotes_from') };
  const [first] = problems;
  if (first === undefined) return promotions;
  if (problems.length === 1) throw new Failure('INPUT_INVALID', `${first.what}.`, { next: first.fix });
  throw new Failure(
    'INPUT_INVALID',
    `${counted(problems.length, 'name')} of promotes_to and promotes_from cannot be used.`,
    {
      next: 'Correct each as it says. Nothing was changed.',
      details: problems.map(({ what, fix }) => `${what}. ${fix}`),
    },
  );
}

interface Problem {
  readonly what: string;
  readonly fix: string;
}

function namesIn(list: string | undefined): readonly string[] {
  const names = (list ?? '').split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

function partnerOf(name: string, text: string, own: Deployment): Partner | Problem {
  const { file, environment, project } = own;
  const others = environmentNames(text).filter((other) => other !== environment);
  if (own.preview) {
    return {
      what: `${environment} is a preview, and previews are not promoted`,
      fix: 'Bootstrap with the environment whose releases are promoted; the trust of previews in its project is set up with it.',
    };
  }
  if (name === environment) {
    return {
      what: `${name} is the environment itself`,
      fix: 'Name the one at the other end of the promotion.',
    };
  }
  if (!others.includes(name)) {
    return {
      what: `there is no environment "${name}" in ${file}`,
      fix:
        others.length > 0
          ? `It has ${others.join(', ')} beside ${environment}.`
          : 'Declare it under environments:.',
    };
  }
  const { deployment, findings } = parseDeployment(text, { file, root: dirname(file), environment: name });
  if (deployment === undefined) {
    const [finding] = findings.filter(({ severity }) => severity === 'error');
    return { what: finding?.message ?? `${name} cannot be read`, fix: capitalized(finding?.fix ?? '') };
  }
  if (deployment.project === project) {
    return {
      what: `${name} is in ${project} as well`,
      fix: 'Leave it out: deployers of one project need no right across projects.',
    };
  }
  const there = environmentsInProject(text, { file, root: dirname(file) }, deployment.project);
  const deployer = deployerOf(there, name);
  if (deployer === undefined)
    throw new Error(`${name} is not among the environments of ${deployment.project}`);
  return { environment: name, project: deployment.project, deployer };
}

function capitalized(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
