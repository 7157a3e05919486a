import * as tf from '@tensorflow/tfjs';
import { seeded } from '../random/seeded.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../training/training-settings.ts';
import { Trainer } from '../training/trainer.ts';
import { freshState } from '../training/trainer-state.ts';
import type { Hyper, Variant } from '../variant/contract.ts';
import { randomDirections } from '../variant/init.ts';
import { useTestDevice } from './device.ts';

const [ROWS, D_IN, D_SAE, STEPS, CLUSTERS] = [64, 16, 32, 300, 32];

/**
 * Trains on noisy copies of a few directions, each of which one latent could learn.
 *
 * @param isMeasured whether a step also measures the costly curves
 * @returns what each step logged
 */
export async function trainOnClusters(
  variant: Variant,
  hyper: Hyper,
  input: Partial<TrainingInput>,
  isMeasured: (step: number) => boolean = () => true,
): Promise<Record<string, number>[]> {
  await useTestDevice();
  const centers = randomDirections(CLUSTERS, D_IN, Math.sqrt(D_IN), seeded(0, 'clusters'));
  const random = seeded(0, 'rows');
  const batch = (): tf.Tensor2D =>
    tf.tidy(() => {
      const chosen = Int32Array.from({ length: ROWS }, () => random.integer(0, CLUSTERS - 1));
      const noise = Float32Array.from({ length: ROWS * D_IN }, () => 0.1 * random.normal());
      return tf.add<tf.Tensor2D>(tf.gather(centers, tf.tensor1d(chosen)), tf.tensor2d(noise, [ROWS, D_IN]));
    });
  const shape = { dIn: D_IN, dSae: D_SAE, hyper };
  const first = batch();
  const sample = { shape: first.shape, data: (await first.data()) as Float32Array };
  const settings = trainingSettings.parse({ steps: STEPS, batchSize: ROWS, ...input });
  const training = resolveTraining(settings, variant, shape);
  const state = freshState(variant, { ...shape, sample, random: seeded(0, 'init') });
  const plan = { variant, hyper, dSae: D_SAE, training, batchSize: ROWS, totalSteps: STEPS, seed: 0 };
  const trainer = new Trainer(plan, state);
  const logged: Record<string, number>[] = [];
  for (let step = 0; step < STEPS; step++) {
    const x = batch();
    logged.push((await trainer.step(x, isMeasured(step))).values);
    x.dispose();
  }
  trainer.dispose();
  tf.dispose([centers, first]);
  return logged;
}
