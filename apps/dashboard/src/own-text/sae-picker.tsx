import { runLabel } from '@sae-lab/measures';
import { Select } from '../components/select.tsx';
import type { NamedRun } from './load-text-page.ts';

interface SaePickerProps {
  readonly others: readonly NamedRun[];
  readonly other: NamedRun | undefined;
  readonly onChange: (runId: number | null) => void;
}

/** Chooses a second SAE to compare. */
export function SaePicker({ others, other, onChange }: SaePickerProps) {
  const offered =
    other === undefined || others.some(({ id }) => id === other.id) ? others : [other, ...others];
  if (offered.length === 0) return null;
  return (
    <Select
      label="Compare with"
      value={other === undefined ? '' : String(other.id)}
      options={[
        ['', 'no other SAE'],
        ...offered.map((run): [string, string] => [
          String(run.id),
          `${runLabel(nameOf(run))}, run ${run.id}`,
        ]),
      ]}
      onChange={(value) => onChange(value === '' ? null : Number(value))}
    />
  );
}

/** The label has the variant and its coefficient. */
function nameOf({ label, hook, width, seed }: NamedRun): Parameters<typeof runLabel>[0] {
  return { variant: label, hook, width, seed };
}
