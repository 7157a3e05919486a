/** What the API is: its addresses, schemas and OpenAPI document. Pure, so that the docs are generated from it. */
export { ENDPOINTS } from './endpoints.ts';
export type { Endpoint } from './endpoint.ts';
export { openApiDocument, parametersOf } from './open-api.ts';
