import { inspect } from 'node:util';

const redacted = '***';

/**
 * A value that must never be printed. Every way in which JavaScript turns a value into text gives `***`;
 * the value itself comes out through `reveal()` alone, so that each place that handles it can be found.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
