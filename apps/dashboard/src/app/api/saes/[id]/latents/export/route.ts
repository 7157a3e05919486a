import { latentExportRoute } from '../../../../../../latents/routes.ts';

export const GET = latentExportRoute((saeId) => ({ saeId }));
