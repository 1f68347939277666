import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
  type Node as YamlNode,
} from 'yaml';
import type { Place } from './finding.ts';
import type { FindingList, Where } from './finding-list.ts';

/** The text of a deploy.yaml as a tree in which each value knows where it was written. */
export type Node = ScalarNode | ListNode | MapNode;

interface Written extends Where {
  /** The key that the value belongs to; the value itself for list items and for the whole file. */
  readonly keyPlace: Place;
}

export interface ScalarNode extends Written {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, so that `False`, `1.10` and `0755` keep their form where text is wanted. */
  readonly text: string;
}

export interface ListNode extends Written {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends Written {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Node>;
}

export const startOfFile: Place = { line: 1, column: 1 };

/** Aliases let a small file describe a huge one; no honest deploy.yaml comes near this. */
const largestTree = 100_000;

/** Reads the text. Without a tree there is exactly one finding: what keeps the text from being read at all. */
export function parseSource(text: string, findings: FindingList): MapNode | undefined {
  const lines = new LineCounter();
  const document = readDocument(text, lines, findings);
  if (document === undefined) return undefined;
  const reader = new TreeReader(document, lines, findings);
  const root = reader.readRoot();
  if (root === undefined || reader.gaveUp) return undefined;
  return root;
}

function readDocument(text: string, lines: LineCounter, findings: FindingList): Document.Parsed | undefined {
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  } catch {
    // The parser recurses, so that thousands of nested brackets exhaust its stack.
    const at = { place: startOfFile, path: '' };
    findings.error({
      code: 'YAML_SYNTAX',
      at,
      message: 'nested too deeply to be read',
      fix: 'write fewer nested levels',
    });
    return undefined;
  }
  const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (broken !== undefined) {
    findings.error({
      code: 'YAML_SYNTAX',
      at: { place: placeAt(lines, openingQuote(document, broken) ?? broken.pos[0]), path: '' },
      message: `not valid YAML: ${broken.message}`,
      fix: syntaxFix(broken.code),
    });
    return undefined;
  }
  for (const error of document.errors) {
    findings.error({
      code: 'DUPLICATE_KEY',
      at: { place: placeAt(lines, error.pos[0]), path: '' },
      message: 'this key is already in the same map',
      fix: 'remove one of the two, or merge what they hold',
    });
  }
  return document;
}

/** The parser notices a missing quote where the text ends; the place to look at is where the quote was opened. */
function openingQuote(document: Document.Parsed, error: YAMLParseError): number | undefined {
  if (error.code !== 'MISSING_CHAR') return undefined;
  let opened: number | undefined;
  visit(document, {
    Scalar: (_, { type, range }) => {
      const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (quoted && range && range[0] < error.pos[0] && error.pos[0] <= range[2]) opened = range[0];
    },
  });
  return opened;
}

function syntaxFix(code: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'BAD_INDENT':
      return 'align the line with its neighbours, using spaces';
    case 'MULTIPLE_DOCS':
      return 'keep one document: remove the line ---';
    case 'MISSING_CHAR':
      return 'close the quote or the bracket that was opened';
    case 'BAD_ALIAS':
      return 'put the value in quotes if it starts with *';
    default:
      return 'correct the YAML at this place; a value with : # { [ * & in it often needs quotes';
  }
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? startOfFile : { line, column: col };
}

export function childPath(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

class TreeReader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #findings: FindingList;
  /** Aliased values being read, to notice one that contains itself. */
  readonly #open = new Set<YamlNode>();
  #count = 0;
  gaveUp = false;

  constructor(document: Document.Parsed, lines: LineCounter, findings: FindingList) {
    this.#document = document;
    this.#lines = lines;
    this.#findings = findings;
  }

  readRoot(): MapNode | undefined {
    const contents = this.#document.contents;
    const at = { place: startOfFile, path: '' };
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      const fix = 'start with version: 1, name, region, project and services';
      this.#findings.error({ code: 'EMPTY_FILE', at, message: 'the file is empty', fix });
      return undefined;
    }
    const root = this.#read(contents, '', startOfFile);
    if (root.kind === 'map') return root;
    this.#findings.error({
      code: 'WRONG_TYPE',
      at: root,
      message: `found ${describe(root)} where the keys of the file are expected`,
      fix: 'start with version: 1, name, region, project and services',
    });
    return undefined;
  }

  #read(node: unknown, path: string, keyPlace: Place): Node {
    this.#count += 1;
    if (this.#count > largestTree) return this.#giveUp('the file unfolds to too many values', path, keyPlace);
    if (isAlias(node)) return this.#readAlias(node, path, keyPlace);
    const place = this.#placeOf(node, keyPlace);
    if (isCollection(node)) {
      if (this.#open.has(node)) return this.#giveUp('this alias contains itself', path, keyPlace);
      this.#open.add(node);
      const read = this.#readCollection(node, { path, place, keyPlace });
      this.#open.delete(node);
      return read;
    }
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return { kind: 'scalar', value, text: value, path, place, keyPlace };
    const text = isScalar(node) ? (node.source ?? '') : '';
    const known = typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', value: known, text, path, place, keyPlace };
  }

  #readAlias(alias: Alias, path: string, keyPlace: Place): Node {
    const source = alias.resolve(this.#document);
    if (source !== undefined) return this.#read(source, path, keyPlace);
    const message = `*${alias.source} repeats a value that is not marked with &${alias.source}`;
    return this.#giveUp(message, path, this.#placeOf(alias, keyPlace), syntaxFix('BAD_ALIAS'));
  }

  #readCollection(node: YamlNode, written: Written): Node {
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#read(item, `${written.path}[${index}]`, this.#placeOf(item, written.place)),
      );
      return { kind: 'list', items, ...written };
    }
    const entries = new Map<string, Node>();
    if (isMap(node)) this.#readEntries(node, written, entries);
    return { kind: 'map', entries, ...written };
  }

  #readEntries(map: YAMLMap, written: Written, entries: Map<string, Node>): void {
    const inherited: Node[] = [];
    for (const pair of map.items) {
      const keyPlace = this.#placeOf(pair.key, written.place);
      const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : undefined;
      if (key === undefined || key === '__proto__') {
        this.#findings.error({
          code: 'INVALID_NAME',
          at: { place: keyPlace, path: written.path },
          message: 'this cannot be a key',
          fix: `use a plain name; a value that starts with { or [ or contains \${...} needs quotes`,
        });
        continue;
      }
      const value = this.#read(pair.value, childPath(written.path, key), keyPlace);
      if (key === '<<' && value.kind !== 'scalar') inherited.push(value);
      else if (!entries.has(key)) entries.set(key, value);
    }
    // YAML's merge key: https://yaml.org/type/merge.html. Keys written in the map itself win.
    for (const source of inherited.flatMap((node) => (node.kind === 'list' ? node.items : [node]))) {
      if (source.kind !== 'map') continue;
      for (const [key, value] of source.entries) if (!entries.has(key)) entries.set(key, value);
    }
  }

  #placeOf(node: unknown, otherwise: Place): Place {
    if (!isScalar(node) && !isCollection(node) && !isAlias(node)) return otherwise;
    if (node.range === undefined || node.range === null) return otherwise;
    if (isScalar(node) && node.value === null && node.source === '') return otherwise;
    return placeAt(this.#lines, node.range[0]);
  }

  #giveUp(message: string, path: string, place: Place, fix = 'write the values out, without aliases'): Node {
    if (!this.gaveUp) {
      this.#findings.error({ code: 'YAML_SYNTAX', at: { place, path }, message, fix });
    }
    this.gaveUp = true;
    return { kind: 'scalar', value: null, text: '', path, place, keyPlace: place };
  }
}

/** What a value is, in the words of a finding. */
export function describe(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return node.text === '' ? 'nothing' : node.text;
  return typeof node.value === 'string' ? JSON.stringify(node.value) : node.text;
}
