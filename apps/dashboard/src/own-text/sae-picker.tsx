import type { SaeSubject } from '@sae-lab/db/reading';
import { Select } from '../components/select.tsx';
import { fullLabel, type NamedSae } from '../saes/sae-heading.ts';
import { subjectKey, subjectName, subjectOf, subjectSegment } from '../saes/subject.ts';

interface SaePickerProps {
  readonly others: readonly NamedSae[];
  readonly other: NamedSae | undefined;
  readonly onChange: (subject: SaeSubject | null) => void;
}

/** Chooses a second SAE to compare. */
export function SaePicker({ others, other, onChange }: SaePickerProps) {
  const offered =
    other === undefined || others.some(({ subject }) => subjectKey(subject) === subjectKey(other.subject))
      ? others
      : [other, ...others];
  if (offered.length === 0) return null;
  return (
    <Select
      label="Compare with"
      value={other === undefined ? '' : subjectSegment(other.subject)}
      options={[
        ['', 'no other SAE'],
        ...offered.map((sae): [string, string] => [
          subjectSegment(sae.subject),
          `${fullLabel(sae)}, ${subjectName(sae.subject)}`,
        ]),
      ]}
      onChange={(value) => onChange(subjectOf(value) ?? null)}
    />
  );
}
