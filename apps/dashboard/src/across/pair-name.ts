import { subjectSegment } from '../saes/subject.ts';
import type { PairData } from './pair-data.ts';

/** The beginning of the names of files about a pair, e.g. `saes-3-4`. */
export function pairName({ a, b }: Pick<PairData, 'a' | 'b'>): string {
  return `saes-${subjectSegment(a.subject)}-${subjectSegment(b.subject)}`;
}
