/** What of a policy is ours: members that hold roles. Bindings with a condition are somebody else's: ours have none. */
import type { Binding } from '../google/policy.ts';

export interface Right {
  readonly role: string;
  readonly member: string;
  readonly why: string;
}

export function holds(bindings: readonly Binding[], role: string, member: string): boolean {
  return bindings.some(
    (binding) => binding.role === role && !binding.condition && binding.members?.includes(member),
  );
}

/** The bindings without the members that are to be taken out; those of others stay as they are, conditions included. */
export function withoutMembers(
  bindings: readonly Binding[],
  isTaken: (role: string, member: string) => boolean,
): readonly Binding[] {
  return bindings
    .map((binding) =>
      binding.condition
        ? binding
        : { ...binding, members: (binding.members ?? []).filter((member) => !isTaken(binding.role, member)) },
    )
    .filter(({ members }) => members?.length !== 0);
}

/** The bindings with these rights added; those of others stay as they are, conditions included. */
export function withRights(bindings: readonly Binding[], rights: readonly Right[]): readonly Binding[] {
  const result = bindings.map((binding) => ({ ...binding, members: [...(binding.members ?? [])] }));
  for (const { role, member } of rights) {
    const binding = result.find((candidate) => candidate.role === role && !candidate.condition);
    if (!binding) result.push({ role, members: [member] });
    else if (!binding.members.includes(member)) binding.members.push(member);
  }
  return result;
}
