import { Refusal } from '../service.ts';
import type { CollectionKind } from './compute-collection.ts';
import { findReady, invalidField, pathOfLink, type Resource, root } from './compute-resource.ts';

interface Rule {
  readonly IPProtocol?: string;
  readonly ports?: readonly string[];
}

export interface Firewall extends Resource {
  readonly network: string;
  readonly direction: string;
  readonly priority: number;
  readonly disabled: boolean;
  readonly allowed?: readonly Rule[];
  readonly denied?: readonly Rule[];
  readonly sourceRanges?: readonly string[];
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/firewalls */
export const firewallKind: CollectionKind<Firewall> = {
  collection: 'firewalls',
  item: 'firewall',
  permissions: 'firewalls',
  message: 'Firewall',
  step: 'compute.firewall',
  create: (_call, cloud, body, { project }) => {
    const network = pathOfLink(body.network ?? 'global/networks/default', project);
    findReady(cloud, 'networks', network);
    const direction = body.direction ?? 'INGRESS';
    const firewall = {
      ...body,
      network: root + network,
      direction,
      priority: body.priority ?? 1000,
      disabled: body.disabled ?? false,
      ...(direction === 'INGRESS' ? { sourceRanges: body.sourceRanges ?? ['0.0.0.0/0'] } : {}),
    };
    check(firewall);
    return firewall;
  },
  fixed: ['network', 'direction'],
  change: (_cloud, { network: _network, ...change }, firewall) => {
    check({ ...firewall, ...change });
    return change;
  },
};

function check(firewall: Omit<Firewall, keyof Resource>): void {
  if (!['INGRESS', 'EGRESS'].includes(firewall.direction)) {
    throw invalidField('direction', firewall.direction, 'Must be INGRESS or EGRESS.');
  }
  if (!Number.isInteger(firewall.priority) || firewall.priority < 0 || firewall.priority > 65535) {
    throw invalidField('priority', firewall.priority, 'Must be an integer between 0 and 65535.');
  }
  if ((firewall.allowed === undefined) === (firewall.denied === undefined)) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      'Exactly one of the allowed and denied fields must be specified for a firewall rule.',
      { reason: 'invalid' },
    );
  }
  for (const rule of firewall.allowed ?? firewall.denied ?? []) {
    if (!rule.IPProtocol)
      throw invalidField('allowed.IPProtocol', rule.IPProtocol, 'A protocol is required.');
  }
}
