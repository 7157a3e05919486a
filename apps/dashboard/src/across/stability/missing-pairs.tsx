import { Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import { Command } from '../../components/message.tsx';
import type { StabilityData } from './load-stability.ts';

/** What to run where seeds or matches are missing; nothing where all pairs are matched. */
export function MissingPairs({ data: { sweep, configurations } }: { data: StabilityData }) {
  const possible = configurations.reduce((sum, { seeds }) => sum + (seeds * (seeds - 1)) / 2, 0);
  const matched = configurations.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const name = /^[\w.-]+$/.test(sweep.name) ? sweep.name : String(sweep.id);
  if (possible === 0) {
    return (
      <Card className="grid max-w-3xl gap-3 p-6">
        <h2 className="text-base font-semibold">
          {configurations.length === 0 ? 'No run has finished' : 'Each configuration has one seed'}
        </h2>
        <p className="text-soft">
          Stability compares SAEs that differ only in their seed. Set three seeds or more in {sweep.file}:
        </p>
        <Command what="the line">{'seeds: [0, 1, 2],'}</Command>
        <p className="text-soft">
          Then train the new runs, and match their latents. Finished runs are not trained again.
        </p>
        <Command>{`pnpm sweep ${sweep.file}`}</Command>
        <Command>{`pnpm evaluate ${name} --seeds`}</Command>
      </Card>
    );
  }
  if (matched >= possible) return null;
  return (
    <Card className="grid max-w-3xl gap-3 p-6">
      <h2 className="text-base font-semibold">
        {matched === 0
          ? 'The pairs of this sweep are not matched yet'
          : `${integer(matched)} of ${integer(possible)} pairs are matched`}
      </h2>
      <p className="text-soft">This command matches the latents of runs that differ only in their seed:</p>
      <Command>{`pnpm evaluate ${name} --seeds`}</Command>
    </Card>
  );
}
