import { type Container, type EnvVar, type ExecutionTemplate, invalid } from './run-resource.ts';
import { checkVariables } from './run-validation-container.ts';

/** What one run of a job has otherwise than the job. */
export interface Overrides {
  readonly containerOverrides?: readonly {
    readonly name?: string;
    readonly args?: readonly string[];
    readonly clearArgs?: boolean;
    readonly env?: readonly EnvVar[];
  }[];
  readonly taskCount?: number;
  readonly timeout?: string;
}

/** The job's template as one execution has it. Throws for a container that the job does not have. */
export function withOverrides(template: ExecutionTemplate, overrides: Overrides): ExecutionTemplate {
  const task = template.template ?? {};
  const containers = [...(task.containers ?? [])];
  for (const [index, override] of (overrides.containerOverrides ?? []).entries()) {
    const where = `overrides.container_overrides[${index}]`;
    const at = override.name ? containers.findIndex((one) => one.name === override.name) : 0;
    const container = containers[at];
    if (container === undefined || (!override.name && containers.length > 1)) {
      throw invalid(`${where}.name: there is no container named "${override.name ?? ''}"`);
    }
    if (override.clearArgs === true && override.args?.length) {
      throw invalid(`${where}: args and clear_args must not both be set`);
    }
    checkVariables({ env: override.env ?? [] }, where);
    containers[at] = overridden(container, override);
  }
  return {
    ...template,
    ...(overrides.taskCount ? { taskCount: overrides.taskCount } : {}),
    template: {
      ...task,
      containers,
      ...(overrides.timeout ? { timeout: overrides.timeout } : {}),
    },
  };
}

function overridden(
  container: Container,
  { args, clearArgs, env = [] }: { args?: readonly string[]; clearArgs?: boolean; env?: readonly EnvVar[] },
): Container {
  const { args: _args, ...rest } = container;
  const kept = (container.env ?? []).filter((one) => !env.some((other) => other.name === one.name));
  const result: Container = clearArgs === true ? rest : args?.length ? { ...rest, args } : container;
  return env.length === 0 ? result : { ...result, env: [...kept, ...env] };
}
