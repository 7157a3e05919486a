import type { LinkedPage } from '../components/page-links.tsx';

/** The pages of a sweep, for the links between them. One run has nothing to be compared with. */
export function sweepPages(id: number, { canCompare = true } = {}): LinkedPage[] {
  return [
    { name: 'Overview', href: `/sweeps/${id}` },
    ...(canCompare ? [{ name: 'Compare runs', href: `/compare?sweep=${id}` }] : []),
    { name: 'Stability over seeds', href: `/sweeps/${id}/stability` },
  ];
}
