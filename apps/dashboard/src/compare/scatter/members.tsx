import { formatOf } from '@sae-lab/measures';
import Link from 'next/link';
import { latentsPath } from '../../latents/latent-path.ts';
import type { AxisChoice } from './axis-choice.ts';
import type { ScatterEntry } from './scatter-points.ts';

interface MembersProps {
  readonly entry: ScatterEntry;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  readonly onClose: () => void;
}

/** The runs behind a point that stands for several seeds. */
export function Members({ entry, x, y, onClose }: MembersProps) {
  return (
    <section
      aria-label={`Runs of ${entry.label}`}
      className="rounded-md border border-line bg-sunken px-3 py-2 text-[13px]"
    >
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-medium">{entry.label}</h3>
        <button type="button" className="text-accent hover:underline" onClick={onClose}>
          Close
        </button>
      </div>
      <ul className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
        {entry.members.map(({ row, x: atX, y: atY }) => (
          <li key={row.id}>
            <Link href={`/runs/${row.id}`} prefetch={false} className="text-accent underline">
              Seed {row.seed}
            </Link>{' '}
            {x.measure.label} {formatOf(x.measure)(atX)}, {y.measure.label} {formatOf(y.measure)(atY)},{' '}
            <Link href={latentsPath({ runId: row.id })} prefetch={false} className="text-accent underline">
              latents
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
