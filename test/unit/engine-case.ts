import { create } from '../../src/engine/change.ts';
import { compare } from '../../src/engine/compare.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import { Pool } from '../../src/engine/pool.ts';
import type { Resource } from '../../src/engine/resource.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

type Item = Readonly<Record<string, string | number | undefined>>;

/** A cloud of named things, and a diary of what was done to it. */
export interface World {
  readonly things: Map<string, Item>;
  readonly diary: string[];
  readonly clock: FakeClock;
  readonly events: EngineEvent[];
  readonly options: {
    readonly pool: Pool;
    readonly clock: FakeClock;
    readonly emit: (event: EngineEvent) => void;
  };
  thing(address: string, settings?: Partial<Thing>): Resource<Item>;
}

interface Thing {
  readonly dependsOn: readonly string[];
  /** What is wanted; asked for at every diff, so that it may rest on other things. */
  readonly want: () => Item;
  /** In place of writing what is wanted. */
  readonly write: () => Promise<void>;
  readonly destructive: boolean;
}

export function world(there: Readonly<Record<string, Item>> = {}): World {
  const things = new Map(Object.entries(there));
  const diary: string[] = [];
  const events: EngineEvent[] = [];
  const clock = fakeClock();
  return {
    things,
    diary,
    clock,
    events,
    options: { pool: new Pool(8), clock, emit: (event) => events.push(event) },
    thing: (address, settings = {}) => {
      const want = settings.want ?? (() => ({ size: 1 }));
      return {
        address,
        dependsOn: settings.dependsOn ?? [],
        observe: async (fresh) => {
          diary.push(`${fresh ? 'look again at' : 'look at'} ${address}`);
          return things.get(address);
        },
        diff: (have) => {
          const fields = compare(want(), have);
          if (!have) return [create(address, 'wanted', fields)];
          if (fields.length === 0) return [];
          return [
            {
              address,
              action: 'update',
              fields,
              because: 'wanted',
              destructive: settings.destructive ?? false,
            },
          ];
        },
        apply: async () => {
          diary.push(`begin ${address}`);
          if (settings.write) await settings.write();
          else things.set(address, want());
          diary.push(`end ${address}`);
        },
      };
    },
  };
}
