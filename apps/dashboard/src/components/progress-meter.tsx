import { integer } from '@sae-lab/measures';

/** Training steps done of all; before its worker has said how many there are, only those done. */
export function ProgressMeter({ done, total }: { done: number; total: number | null }) {
  const fraction = total === null || total === 0 ? 0 : Math.min(1, done / total);
  return (
    <span className="relative inline-block min-w-24 text-right">
      <span>
        {integer(done)}
        <span className="text-soft"> / {integer(total)}</span>
      </span>
      {/* Once it is full it says nothing. */}
      <span
        className={`absolute inset-x-0 -bottom-0.5 h-0.5 overflow-hidden rounded-full bg-line ${fraction === 1 ? 'invisible' : ''}`}
        aria-hidden="true"
      >
        <span className="block h-full bg-accent" style={{ width: `${fraction * 100}%` }} />
      </span>
    </span>
  );
}
