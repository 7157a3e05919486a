import { integer } from '@sae-lab/measures';

interface AxisPickerProps {
  /** Everything that can be an axis. */
  readonly available: readonly { readonly key: string; readonly label: string }[];
  readonly shown: readonly string[];
  /** Called with the axes, or without to return to the usual ones. */
  readonly onChange: (shown: string[] | null) => void;
}

/** Which settings and figures have an axis. A new one comes last. */
export function AxisPicker({ available, shown, onChange }: AxisPickerProps) {
  return (
    <details className="text-[13px]">
      <summary className="cursor-pointer text-accent">
        Axes ({integer(shown.length)} of {integer(available.length)})
      </summary>
      <fieldset className="mt-2 grid max-h-72 grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-4 gap-y-1 overflow-y-auto">
        <legend className="sr-only">Axes</legend>
        {available.map(({ key, label }) => (
          <label key={key} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={shown.includes(key)}
              onChange={({ target: { checked } }) =>
                onChange(checked ? [...shown, key] : shown.filter((one) => one !== key))
              }
            />
            {label}
          </label>
        ))}
      </fieldset>
      <button type="button" className="mt-2 text-accent hover:underline" onClick={() => onChange(null)}>
        Reset the axes
      </button>
    </details>
  );
}
