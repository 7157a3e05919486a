import { Select } from './select.tsx';

/** Where runs were trained: what the address holds of it, and what there is to choose. */
interface PlaceFiltersProps {
  readonly hooks: readonly string[];
  /** All if absent. */
  readonly hook: string | undefined;
  readonly widths: readonly number[];
  /** All if absent. */
  readonly width: number | undefined;
  readonly setState: (state: { hook?: string | null; width?: number | null }) => unknown;
}

/** Filters by hook and width, each only if there is more than one. */
export function PlaceFilters({ hooks, hook, widths, width, setState }: PlaceFiltersProps) {
  return (
    <>
      {hooks.length > 1 ? (
        <Select
          label="Hook"
          value={hook ?? ''}
          options={[['', 'All'], ...hooks.map((name) => [name, name] as const)]}
          onChange={(value) => void setState({ hook: value || null })}
        />
      ) : null}
      {widths.length > 1 ? (
        <Select
          label="Width"
          value={width === undefined ? '' : String(width)}
          options={[['', 'All'], ...widths.map((size) => [String(size), String(size)] as const)]}
          onChange={(value) => void setState({ width: value === '' ? null : Number(value) })}
        />
      ) : null}
    </>
  );
}
