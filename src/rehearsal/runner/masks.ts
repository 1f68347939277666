const replacement = '***';

/** Shorter texts are too common to be hidden one by one; a line of a longer secret may well be `}`. */
const shortestLine = 3;

/**
 * The values that must not be seen. Whatever is printed or kept goes through `hide` first. A mask of several lines
 * hides each of its lines.
 */
export class Masks {
  readonly #values = new Set<string>();
  readonly #parent: Masks | undefined;
  #pattern: RegExp | undefined;

  /** What is added here is hidden by the parent as well; `parent` belongs to the whole rehearsal. */
  constructor(parent?: Masks) {
    this.#parent = parent;
  }

  add(value: string): void {
    this.#parent?.add(value);
    const lines = value.split(/\r?\n/).filter((line) => line.trim() !== '');
    const kept = lines.length > 1 ? lines.filter((line) => line.trim().length >= shortestLine) : lines;
    for (const text of [value, ...kept].flatMap(encodings)) {
      if (text.trim() !== '') this.#values.add(text);
    }
    this.#pattern = undefined;
  }

  /** The text with all masked values replaced. */
  hide(text: string): string {
    const own = this.#values.size === 0 ? text : text.replace(this.#expression(), replacement);
    return this.#parent === undefined ? own : this.#parent.hide(own);
  }

  /** Whether a value of this job's own masks is in the text. */
  found(text: string): boolean {
    return this.#values.size > 0 && text.search(this.#expression()) >= 0;
  }

  #expression(): RegExp {
    // The longest first, so that no rest of a value stays behind one that is its beginning.
    const longestFirst = [...this.#values].sort((one, other) => other.length - one.length);
    this.#pattern ??= new RegExp(
      longestFirst.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
      'g',
    );
    return this.#pattern;
  }
}

/** GitHub's runner hides these encodings of a secret too. */
function encodings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, json, encodeURIComponent(value), Buffer.from(value).toString('base64')])];
}
