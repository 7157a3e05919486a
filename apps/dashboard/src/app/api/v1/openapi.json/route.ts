import { getOpenApi } from '../../../../api-v1/endpoints/root.ts';
import { openApiDocument } from '../../../../api-v1/open-api.ts';
import { staticRoute } from '../../../../api-v1/server/route.ts';

export const GET = staticRoute(openApiDocument, getOpenApi);
