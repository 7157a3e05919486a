import { useCpuBackend } from '@sae-lab/kernels';
import { startPeers, type Peers } from '../peers/peers.ts';
import { BenchTrainer, peerCase } from './bench-trainer.ts';
import { nameOf, type Case } from './cases.ts';
import { median, round, time } from './timing.ts';

/** Warm up for at least this many steps and ms, so that all code is compiled. A small case needs many steps. */
const WARM_UP = { steps: 3, ms: 2000 };
const STEPS = { least: 11, ms: 1500 };
/** This project's way of computing gradients, in PyTorch: shown next to the peers, but not one of them. */
const OWN_DESIGN = 'torch-sparse';

/** Times a step, the encoder's product and a step of each peer in turn, so that other load affects all alike. */
export async function measure(entry: Case, python: string | undefined): Promise<Record<string, unknown>> {
  const { threads } = await useCpuBackend();
  const trainer = new BenchTrainer(entry);
  // Runs before the peers' long warm-up, so that an error in our step appears at once.
  const start = performance.now();
  let warm = 0;
  while (warm < WARM_UP.steps || performance.now() - start < WARM_UP.ms) {
    await trainer.step();
    warm++;
  }
  const steps = Math.max(STEPS.least, Math.ceil((STEPS.ms * warm) / (performance.now() - start)));
  // Also runs before the product, whose result is larger than anything a step allocates.
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const peers = python === undefined ? undefined : await tryToStart(entry, python, threads);
  const times = { product: [] as number[], step: [] as number[] };
  const peerTimes = new Map(peers?.names.map((name) => [name, [] as number[]]));
  trainer.encoderProduct();
  for (let step = 0; step < steps; step++) {
    times.product.push(await time(() => trainer.encoderProduct()));
    times.step.push(await time(() => trainer.step()));
    for (const [name, ms] of peerTimes) ms.push(await peers!.step(name));
  }
  trainer.dispose();
  peers?.close();

  const { variant, dIn, dSae, batch, k, l0, deadLatents = 0 } = entry;
  const [msPerStep, encoderProductMs] = [median(times.step), median(times.product)];
  return {
    bench: 'train',
    case: nameOf(entry),
    variant: variant.name,
    dIn,
    dSae,
    batch,
    ...(k === undefined ? { l0: l0 ?? dSae / 2 } : { k }),
    deadLatents,
    msPerStep: round(msPerStep),
    encoderProductMs: round(encoderProductMs),
    ratioToEncoderProduct: round(msPerStep / encoderProductMs),
    tokensPerSecond: Math.round((batch / msPerStep) * 1000),
    peakRssMb,
    ...comparison(msPerStep, peerTimes),
    versions: peers?.versions ?? null,
  };
}

function comparison(msPerStep: number, peerTimes: ReadonlyMap<string, number[]>): Record<string, unknown> {
  const medians = [...peerTimes].map(([name, ms]) => [name, median(ms)] as const);
  const [fastest] = medians.filter(([name]) => name !== OWN_DESIGN).toSorted(([, a], [, b]) => a - b);
  if (fastest === undefined) {
    return { torchMsPerStep: null, speedupOverTorch: null, torchPeer: null, peersMsPerStep: null };
  }
  const [torchPeer, fastestMs] = fastest;
  return {
    torchMsPerStep: round(fastestMs),
    speedupOverTorch: round(fastestMs / msPerStep),
    torchPeer,
    peersMsPerStep: Object.fromEntries(medians.map(([name, peerMs]) => [name, round(peerMs)])),
  };
}

/** If the peers fail, the case still reports the cost of our step. */
async function tryToStart(entry: Case, python: string, threads: number): Promise<Peers | undefined> {
  try {
    const peers = await startPeers(python, peerCase(entry, threads));
    for (const [name, why] of Object.entries(peers.absent))
      console.error(`${nameOf(entry)}: no ${name}: ${why}`);
    return peers;
  } catch (error) {
    console.error(`${nameOf(entry)}: ${(error as Error).message}`);
    return undefined;
  }
}
