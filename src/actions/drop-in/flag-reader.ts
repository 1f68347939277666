import { FlagProblem, type FlagWord, parseFlagWords, withoutQuotes } from './flag-words.ts';

/** Flags about gcloud itself: they change nothing of the deployment. `takes` as in the table. */
const aboutGcloud: Readonly<Record<string, 'nothing' | 'value'>> = {
  '--async': 'nothing',
  '--configuration': 'value',
  '--flatten': 'value',
  '--format': 'value',
  '--log-http': 'nothing',
  '--no-user-output-enabled': 'nothing',
  '--platform': 'value',
  '--quiet': 'nothing',
  '--trace-token': 'value',
  '--user-output-enabled': 'nothing',
  '--verbosity': 'value',
  '-q': 'nothing',
};

/** Goes through the words, giving each flag to its reader and collecting what is wrong. */
export class FlagReader {
  readonly problems: string[] = [];
  readonly remarks: string[] = [];
  readonly #input: string;
  readonly #words: readonly FlagWord[];
  readonly #advice: (name: string) => string;
  #at = 0;

  /** `advice` says what to do about a flag that is not known. */
  constructor(input: string, text: string, advice: (name: string) => string) {
    this.#input = input;
    this.#advice = advice;
    const parsed = parseFlagWords(text);
    if ('problem' in parsed) this.problems.push(`${input} ${parsed.problem}`);
    this.#words = 'words' in parsed ? parsed.words : [];
  }

  /** `read` takes the flag's value with `next` and answers whether it knew the flag. */
  each(read: (name: string, next: () => string) => boolean): void {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++];
      if (!word) break;
      const before = this.#at;
      try {
        this.#one(word, read);
      } catch (error) {
        if (!(error instanceof FlagProblem)) throw error;
        this.problems.push(`${this.#input}: ${word.name} ${error.message}`);
        // The value of a flag that was refused before it was read is no flag of its own.
        if (this.#at === before && word.value === undefined && this.#words[this.#at]?.name === '') this.#at++;
      }
    }
  }

  #one(word: FlagWord, read: (name: string, next: () => string) => boolean): void {
    const { name } = word;
    if (name === '') {
      this.problems.push(`${this.#input}: word ${this.#at} belongs to no flag`);
      return;
    }
    let taken = false;
    const next = (): string => {
      taken = true;
      const value = word.value ?? this.#following();
      if (value === undefined) throw new FlagProblem('needs a value');
      return value;
    };
    if (!this.#isAboutGcloud(name, next) && !read(name, next)) throw new FlagProblem(this.#advice(name));
    if (!taken && word.value !== undefined) throw new FlagProblem('takes no value');
  }

  #isAboutGcloud(name: string, next: () => string): boolean {
    const takes = aboutGcloud[name];
    if (!takes) return false;
    const given = takes === 'value' ? withoutQuotes(next()) : '';
    if (name === '--platform' && given !== 'managed')
      throw new FlagProblem('must be managed: nothing else is deployed to here');
    if (name === '--async') this.remarks.push(`${this.#input}: --async has no effect, the end is waited for`);
    return true;
  }

  #following(): string | undefined {
    const following = this.#words[this.#at];
    if (following?.name !== '') return undefined;
    this.#at++;
    return following.value;
  }
}
