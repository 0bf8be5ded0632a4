/** `npm run client`: makes the client's types from the API's document, after the API has changed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { document } from '../api/openapi/document';

const banner = '/** What the API takes and answers. Made from its document by `npm run client`: not to be edited. */\n';
/** A test has them written elsewhere, and compares. */
const [, , file = join(__dirname, 'types.ts')] = process.argv;

// The cast: its type of a document knows no key but literal ones.
void openapiTS(document as unknown as OpenAPI3, { excludeDeprecated: true }).then((nodes) => {
  writeFileSync(file, banner + astToString(nodes));
});
