import type { TextSink } from '../report/json-lines.ts';

/**
 * Where the command writes its results. With `--json` that is standard output, which is then for the command alone:
 * whatever else an experiment or one of its imports prints there goes to standard error.
 */
export function resultOutput({ json }: { json: boolean }): TextSink {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  if (json) stdout.write = stderr.write.bind(stderr);
  return { write: (text, done) => write(text, done) };
}
