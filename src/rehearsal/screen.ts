import { stripVTControlCharacters } from 'node:util';
import type { Masks } from './runner/masks.ts';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearDown = '\u001b[0J';

/**
 * What the person sees: lines that stay, and below them, on a terminal, lines that are redrawn. All text is masked;
 * what was printed is kept for the search for secrets at the end.
 */
export class Screen {
  readonly #stream: NodeJS.WriteStream;
  readonly #masks: Masks;
  /** Whether lines can be redrawn. */
  readonly live: boolean;
  #printed = '';
  #below: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream, masks: Masks, plain: boolean) {
    this.#stream = stream;
    this.#masks = masks;
    this.live = stream.isTTY && !plain;
    if (this.live) stream.write(hideCursor);
  }

  get width(): number {
    return this.#stream.columns || 120;
  }

  get height(): number {
    return this.#stream.rows || 40;
  }

  get colours(): boolean {
    return this.live && this.#stream.hasColors();
  }

  print(text = ''): void {
    const masked = this.#masks.hide(text);
    this.#printed += `${masked}\n`;
    this.#stream.write(`${this.#erase()}${masked}\n${this.#drawn()}`);
  }

  /** Replaces the lines at the bottom; without a terminal there are none. */
  redraw(lines: readonly string[]): void {
    if (!this.live) return;
    const erase = this.#erase();
    this.#below = lines
      .slice(0, Math.max(this.height - 2, 1))
      .map((line) => this.#cut(this.#masks.hide(line)));
    this.#stream.write(`${erase}${this.#drawn()}`);
  }

  /** Everything that was printed, as it was shown. */
  printed(): string {
    return this.#printed;
  }

  close(): void {
    this.redraw([]);
    if (this.live) this.#stream.write(showCursor);
  }

  #erase(): string {
    return this.#below.length === 0 ? '' : `\u001b[${this.#below.length}A\r${clearDown}`;
  }

  #drawn(): string {
    return this.#below.map((line) => `${line}\n`).join('');
  }

  /** A line that wraps would make the redrawn part longer than it is counted. */
  #cut(line: string): string {
    const visible = stripVTControlCharacters(line);
    return visible.length < this.width ? line : `${visible.slice(0, this.width - 2)}…`;
  }
}
