import type { Endpoint } from './endpoint.ts';
import { listCurves } from './endpoints/curves.ts';
import { listLabels } from './endpoints/labels.ts';
import { getLatent, getSaeLatent, listLatents, listSaeLatents } from './endpoints/latents.ts';
import { getOpenApi, getRoot } from './endpoints/root.ts';
import { getFile, getRun, listKeys, listRuns } from './endpoints/runs.ts';
import { getRunSae, getSae, listSaes } from './endpoints/saes.ts';
import { getSweep, listSweeps } from './endpoints/sweeps.ts';
import { listMeasures, listVariants } from './endpoints/vocabulary.ts';

/** Every address of the API, in the order of the docs. */
export const ENDPOINTS: readonly Endpoint[] = [
  getRoot,
  getOpenApi,
  listSweeps,
  getSweep,
  listKeys,
  listRuns,
  getRun,
  getRunSae,
  getFile,
  listCurves,
  listLatents,
  getLatent,
  listLabels,
  listSaes,
  getSae,
  listSaeLatents,
  getSaeLatent,
  listVariants,
  listMeasures,
];
