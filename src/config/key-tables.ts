import type { JsonSchema } from './json-schema.ts';

interface Section {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Markdown: one table for each map of the file, with name, type, default and description of every key. */
export function keyTables(root: JsonSchema): string {
  return sectionsOf({ path: '', schema: root }).map(renderSection).join('\n');
}

/** A map with known keys, and such maps in it. What environments may override is not described twice. */
function sectionsOf(section: Section): readonly Section[] {
  const children = Object.entries(section.schema.properties ?? {}).flatMap(([key, value]) => {
    if (section.path === '' && key === 'environments') return [];
    const inner = innerMap(value);
    if (inner === undefined) return [];
    const path = `${section.path === '' ? '' : `${section.path}.`}${key}${inner.suffix}`;
    return sectionsOf({ path, schema: inner.schema });
  });
  return [section, ...children];
}

function innerMap(schema: JsonSchema): { schema: JsonSchema; suffix: string } | undefined {
  if (schema.properties !== undefined) return { schema, suffix: '' };
  if (schema.items?.properties !== undefined) return { schema: schema.items, suffix: '[]' };
  const values = schema.additionalProperties;
  if (typeof values === 'object' && values.properties !== undefined)
    return { schema: values, suffix: '.<key>' };
  return undefined;
}

function renderSection({ path, schema }: Section): string {
  const heading = path === '' ? '### Top of the file' : `### \`${path}\``;
  const intro = path !== '' && schema.description ? [schema.description, ''] : [];
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) =>
    row([
      `\`${key}\``,
      typeName(value),
      defaultText(key, value, schema.required ?? []),
      value.description ?? '',
    ]),
  );
  const head = [row(['Key', 'Type', 'Default', 'Description']), row(['---', '---', '---', '---'])];
  return [heading, '', ...intro, ...head, ...rows, ''].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultText(key: string, schema: JsonSchema, required: readonly string[]): string {
  if (schema['x-default'] !== undefined) return schema['x-default'];
  if (schema.default !== undefined) return `\`${inYaml(schema.default)}\``;
  return required.includes(key) ? '**required**' : '';
}

function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`;
  return String(value);
}

function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return distinct(schema.anyOf.map(typeName)).join(' or ');
  if (Array.isArray(schema.type)) return 'text';
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return `whole number${range(schema)}`;
    case 'number':
      return `number${range(schema)}`;
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return `list of ${schema.items?.properties ? 'maps' : `${typeName(schema.items ?? {})}s`}`;
    default:
      return typeof schema.additionalProperties === 'object'
        ? `map of ${schema.additionalProperties.properties ? 'maps' : `${typeName(schema.additionalProperties)}s`}`
        : 'map';
  }
}

function range({ minimum, maximum }: JsonSchema): string {
  const high = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (minimum === undefined && high === undefined) return '';
  if (high === undefined) return `, at least ${String(minimum)}`;
  return `, ${String(minimum)} to ${high}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
