import { arch, cpus, platform } from 'node:os';

/** What this process computes on: two kinds of processor round differently. */
export function thisProcessor(): string {
  return `${cpus()[0]?.model ?? 'an unknown processor'} (${platform()}-${arch()})`;
}
