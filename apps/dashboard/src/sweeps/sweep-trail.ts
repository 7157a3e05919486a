/** A page above the one that is shown. */
interface Crumb {
  readonly name: string;
  readonly href: string;
}

/** The breadcrumbs to the sweeps of a run. Of sweeps with one name, e.g. before and after an edit of the file, the newest. */
export function sweepTrail(sweeps: readonly { readonly id: number; readonly name: string }[]): Crumb[] {
  const newest = new Map<string, number>();
  for (const { id, name } of sweeps) newest.set(name, Math.max(id, newest.get(name) ?? 0));
  return [
    { name: 'Sweeps', href: '/' },
    ...[...newest].map(([name, id]) => ({ name, href: `/sweeps/${id}` })),
  ];
}
