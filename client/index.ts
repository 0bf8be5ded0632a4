/** A typed client of the API: paths, parameters, bodies and answers are checked when a program is compiled. */
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './types';

export type Flotilla = Client<paths>;
/** What answers are made of, by name, such as `Schemas['Run']`. */
export type Schemas = components['schemas'];

/** `baseUrl`: where the API listens, such as http://localhost:5000. */
export function createFlotilla(baseUrl: string, fetch: typeof globalThis.fetch = globalThis.fetch): Flotilla {
  return createClient<paths>({ baseUrl, fetch });
}
