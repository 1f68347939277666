import { z } from 'zod';
import { configSchema, environmentKeys, overridableSchema } from './schema.ts';

/** A JSON Schema, as far as this file and the tables of the docs look into it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly default?: unknown;
  /** Our own keyword: a default that depends on other keys, in words. */
  readonly 'x-default'?: string;
  readonly required?: readonly string[];
}

const address = 'https://raw.githubusercontent.com/org/aethercast-deploy/v1/schema/deploy.schema.json';

/** Every key of the file, with our own keyword for derived defaults. */
export function describedSchema(): JsonSchema {
  const whole = fromZod(configSchema);
  const environment: JsonSchema = {
    type: 'object',
    description:
      'What is different in this environment. Any key of the file besides those that name the file.',
    properties: {
      ...fromZod(z.strictObject(environmentKeys)).properties,
      ...removable(asOverride(fromZod(overridableSchema))).properties,
      project: { ...whole.properties?.project, description: 'Project id of this environment.' },
    },
    additionalProperties: false,
  };
  const { version, name, project, region, ...others } = whole.properties ?? {};
  const environments: JsonSchema = {
    type: 'object',
    description: 'Environments by name, each laid over the rest of the file.',
    propertyNames: { pattern: '^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$' },
    additionalProperties: environment,
  };
  const identity = Object.entries({ version, name, project, region });
  const known = identity.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return {
    ...whole,
    properties: { ...Object.fromEntries(known), environments, ...others },
    // The region may come from the environments instead.
    required: ['version', 'name', 'services'],
  };
}

/** The schema for editors, draft 7: the latest that the YAML language server knows in full. */
export function editorSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: address,
    title: 'deploy.yaml',
    ...forEditors(describedSchema()),
  };
}

function fromZod(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return mapSchema(rest as JsonSchema, withoutEmptyDefault);
}

/** Applies a change to a schema and all schemas in it, from the inside out. */
function mapSchema(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, additionalProperties, items } = schema;
  return change({
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, mapSchema(value, change)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: mapSchema(additionalProperties, change),
    }),
    ...(items && { items: mapSchema(items, change) }),
  });
}

/** That a map may be left out needs no words. */
function withoutEmptyDefault(schema: JsonSchema): JsonSchema {
  const value = schema.default;
  if (typeof value !== 'object' || value === null || Object.keys(value).length > 0) return schema;
  const { default: _, ...rest } = schema;
  return rest;
}

/** In an environment nothing is required and nothing has a default: what is not there comes from the base. */
function asOverride(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, ({ default: _, 'x-default': __, required: ___, ...rest }) => rest);
}

/** In an environment `null` takes a key away, in the maps of the file though not in those of a list. */
function removable(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, orNull(removable(value))]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: orNull(removable(additionalProperties)),
    }),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: words, anyOf, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(type !== undefined && { type: [...(typeof type === 'string' ? [type] : type), 'null'] }),
    ...(words !== undefined && { enum: [...words, null] }),
    ...(anyOf !== undefined && { anyOf: [...anyOf, { type: 'null' }] }),
    ...(Array.isArray(oneOf) && { oneOf: [...(oneOf as JsonSchema[]), { type: 'null' }] }),
  };
}

function forEditors(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, ({ 'x-default': derived, ...rest }) => ({
    ...rest,
    ...(derived !== undefined && { description: `${rest.description ?? ''} Default: ${derived}.` }),
    // An editor sees the text before its references are filled in.
    ...(rest.pattern !== undefined && { pattern: `${rest.pattern}|\\$\\{` }),
  }));
}
