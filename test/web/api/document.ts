import type { Role } from '../../../web/api/schemas/roles.ts';
import type { TestApi } from './an-api.ts';

/** One route of the OpenAPI document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly role: Role;
  readonly security: unknown;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly summary: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Schema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Described {
  readonly 'x-role': Role;
  readonly security: unknown;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

export interface ReadDocument {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** Every route that the API's own document describes. */
export async function readDocument(api: TestApi): Promise<ReadDocument> {
  const { paths, components } = (await api.ask('/api/openapi.json')).body as OpenApi;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => ({
      method: method.toUpperCase(),
      path,
      role: described['x-role'],
      security: described.security,
      summary: described.summary,
      parameters: described.parameters ?? [],
      body: described.requestBody?.content['application/json'].schema,
    })),
  );
  return { operations, schemas: components.schemas };
}
