import type { FilesPlace } from '@sae-lab/db';
import type { StepOptions } from './next-step.ts';

/**
 * A warning about finished runs whose files are not in the data folder; undefined if there are none.
 *
 * @param options those of a sweep that trains here; 'workers' for one that workers train, which retrains no finished run
 */
export function filesWarning(
  files: readonly FilesPlace[],
  options: StepOptions | 'workers',
): string | undefined {
  const sentences = [missing(files, options), onOtherMachines(files, options)].filter(
    (sentence) => sentence !== undefined,
  );
  return sentences.length === 0 ? undefined : sentences.join('\n');
}

function missing(files: readonly FilesPlace[], options: StepOptions | 'workers'): string | undefined {
  const problems = files.flatMap((found) => (found.state === 'missing' ? [found.problem] : []));
  if (problems.length === 0) return undefined;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  const next =
    options === 'workers'
      ? 'Retrain them with --retrain-missing.'
      : options.keepMissing
        ? 'Leave --keep-missing out to retrain them.'
        : 'Retraining; --keep-missing would keep them as they are.';
  return `Files of ${runs(problems.length)} are missing or damaged: ${problems[0]}${more}. ${next}`;
}

function onOtherMachines(files: readonly FilesPlace[], options: StepOptions | 'workers'): string | undefined {
  const away = files.flatMap((found) => (found.state === 'elsewhere' && found.host ? [found] : []));
  if (away.length === 0 || (options !== 'workers' && options.localFiles)) return undefined;
  const places = [...new Set(away.map(({ host, dataDir }) => `${dataDir} on ${host}`))].join(', ');
  return (
    `Files of ${runs(away.length)} are in ${places}, which cannot be read from here. ` +
    `Copy them into this data folder, or retrain the runs with --local-files${options === 'workers' ? ', without --detach and --wait' : ''}.`
  );
}

function runs(count: number): string {
  return count === 1 ? 'a finished run' : `${count} finished runs`;
}
