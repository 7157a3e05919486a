import { SaeLabError } from '@sae-lab/errors';

/** @throws {SaeLabError} `text.unknown-latent` */
export function requireLatent(latent: number, width: number): void {
  if (latent < width) return;
  throw new SaeLabError('text.unknown-latent', {
    problem: 'the SAE has no such latent',
    field: 'latent',
    expected: `0 to ${width - 1}`,
    received: String(latent),
    fix: 'Choose another latent.',
  });
}
