import { describe, expect, test } from 'vitest';
import { deployYamlPage } from '../../scripts/deploy-yaml-page.ts';
import { describedSchema, editorSchema, type JsonSchema } from '../../src/config/json-schema.ts';
import { keyTables } from '../../src/config/key-tables.ts';
import { fixture } from './config-case.ts';

/** Every key of a schema with its path, the keys of map entries as `*`. */
function keysIn(schema: JsonSchema, path = ''): readonly (readonly [path: string, schema: JsonSchema])[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return [[below, value] as const, ...keysIn(value, below)];
  });
  const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return [
    ...properties,
    ...(values ? keysIn(values, `${path}.*`) : []),
    ...(schema.items ? keysIn(schema.items, `${path}[]`) : []),
  ];
}

describe('the schema for editors', () => {
  const schema = editorSchema();
  const keys = keysIn(schema);

  test('describes every key', () => {
    expect(keys.length).toBeGreaterThan(150);
    expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
  });

  test('refuses unknown keys in every map with known ones', () => {
    const open = keys.filter(
      ([, { properties, additionalProperties }]) => properties && additionalProperties !== false,
    );
    expect(open).toEqual([]);
    expect(schema.additionalProperties).toBe(false);
  });

  test('holds only keywords of the draft', () => {
    expect(JSON.stringify(schema)).not.toContain('x-default');
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  });

  test('shows defaults, in numbers or in words', () => {
    const app = new Map(keys);
    expect(app.get('services.*.app.port')?.default).toBe(8080);
    expect(app.get('services.*.app.name')?.description).toContain('Default: `<name>-<key>`');
  });

  test('an environment may hold every key but those of the file as a whole, and requires none', () => {
    const environment = keysIn(schema.properties?.environments ?? {})
      .map(([path]) => path.replace(/^\.\*\./, ''))
      .filter((path) => path !== 'extends');
    const file = keys
      .map(([path]) => path)
      .filter((path) => !/^(version|name|environments|previews)(\.|$)/.test(path));
    expect(environment.toSorted()).toEqual(file.toSorted());
    expect(JSON.stringify(schema.properties?.environments)).not.toContain('"default"');
    expect(keysIn(schema.properties?.environments ?? {}).filter(([, { required }]) => required)).toEqual([]);
  });

  test('takes references where names are made', () => {
    const pattern = new Map(keys).get('services.*.service_account')?.pattern ?? '';
    expect(new RegExp(pattern).test(`sa-\${environment}`)).toBe(true);
    expect(new RegExp(pattern).test('SA')).toBe(false);
  });
});

describe('the generated files', () => {
  const command = 'run node scripts/generate-schema.ts';

  test('schema/deploy.schema.json is fresh', () => {
    expect(JSON.parse(fixture('../../../schema/deploy.schema.json')), command).toEqual(
      JSON.parse(JSON.stringify(editorSchema())),
    );
  });

  test('docs/deploy-yaml.md is fresh', () => {
    expect(fixture('../../../docs/deploy-yaml.md'), command).toBe(
      deployYamlPage(keyTables(describedSchema())),
    );
  });

  test('the tables show every key once', () => {
    const page = fixture('../../../docs/deploy-yaml.md');
    const keys = keysIn(describedSchema()).filter(([path]) => !path.startsWith('environments.'));
    const rows = page.slice(page.indexOf('## Keys')).match(/^\| `/gm) ?? [];
    expect(rows).toHaveLength(keys.length);
    expect(page).toContain(
      '| `port` | whole number, 1 to 65535 | `8080` | Port that the container listens on. |',
    );
  });
});
