/** Shorter values turn up in innocent places; they are protected by the name of their field alone. */
const shortestSearched = 6;

/**
 * Secret values that are searched for in everything that is shown. They are looked up by how they begin, so that a
 * search takes as long as the text and not as long as the text times the number of secrets.
 */
export class KnownSecrets {
  readonly #values = new Set<string>();
  /** The longest first. */
  readonly #byBeginning = new Map<string, string[]>();

  add(value: string): void {
    if (this.#values.has(value)) return;
    this.#values.add(value);
    if (value.length < shortestSearched) return;
    const beginning = value.slice(0, shortestSearched);
    const alike = [...(this.#byBeginning.get(beginning) ?? []), value];
    this.#byBeginning.set(
      beginning,
      alike.sort((a, b) => b.length - a.length),
    );
  }

  values(): IterableIterator<string> {
    return this.#values.values();
  }

  /** The text with what `hide` gives in place of every known secret in it. */
  hideIn(text: string, hide: (secret: string) => string): string {
    let shown = '';
    let from = 0;
    for (let at = 0; at + shortestSearched <= text.length; at += 1) {
      const alike = this.#byBeginning.get(text.slice(at, at + shortestSearched));
      const secret = alike?.find((value) => text.startsWith(value, at));
      if (secret === undefined) continue;
      shown += text.slice(from, at) + hide(secret);
      from = at + secret.length;
      at = from - 1;
    }
    return from === 0 ? text : shown + text.slice(from);
  }
}
