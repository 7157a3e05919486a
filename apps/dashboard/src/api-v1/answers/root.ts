import 'server-only';
import { ENDPOINTS } from '../endpoints.ts';

/** What a reader who knows only the address of the dashboard needs. */
export function rootAnswer() {
  return {
    name: 'sae-lab' as const,
    version: '1',
    openapi: '/api/v1/openapi.json',
    endpoints: ENDPOINTS.map(({ path, summary }) => ({ path: `/api/v1${path}`, summary })),
  };
}
