import { integer, NOTHING } from '@sae-lab/measures';

/** Training steps completed and planned. The plan is unknown until the worker starts. */
export function ProgressMeter({ done, total }: { done: number; total: number | null }) {
  if (total === null && done === 0) return <span className="text-soft">{NOTHING}</span>;
  const fraction = total === null || total === 0 ? 0 : Math.min(1, done / total);
  return (
    <span className="relative inline-block min-w-24 text-right">
      <span>
        {integer(done)}
        <span className="text-soft"> / {integer(total)}</span>
      </span>
      {/* A full bar adds nothing. */}
      <span
        className={`absolute inset-x-0 -bottom-0.5 h-0.5 overflow-hidden rounded-full bg-line ${fraction === 1 ? 'invisible' : ''}`}
        aria-hidden="true"
      >
        <span className="block h-full bg-accent" style={{ width: `${fraction * 100}%` }} />
      </span>
    </span>
  );
}
