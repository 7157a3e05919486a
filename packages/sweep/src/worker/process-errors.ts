import { SaeLabError } from '@sae-lab/errors';

/** @param lastLines what the process printed last */
export function crash(
  code: number | null,
  signal: NodeJS.Signals | null,
  lastLines: readonly string[],
): SaeLabError {
  const output = outputText(lastLines);
  const oom = signal === 'SIGKILL' ? ' The system may be out of memory: try fewer --workers.' : '';
  return new SaeLabError('run.worker-crashed', {
    problem: `the worker process ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}`,
    fix: `${oom.trim()}${oom === '' ? '' : ' '}${output}`,
  });
}

/** @param lastLines what the process printed last */
export function silence(seconds: number, lastLines: readonly string[]): SaeLabError {
  return new SaeLabError('run.worker-silent', {
    problem: `the worker process showed no sign of life for ${seconds} s and was killed`,
    fix:
      'If one step of this run can take that long, raise --silence-seconds. Otherwise its variant never returns. ' +
      outputText(lastLines),
  });
}

function outputText(lastLines: readonly string[]): string {
  return lastLines.length === 0 ? 'It printed nothing.' : `Its last lines:\n${lastLines.join('\n')}`;
}
