import type { TextSink } from '../report/json-lines.ts';

/**
 * The stream for the command's results. With `--json`, standard output is reserved for them: what an experiment or one of
 * its imports prints there goes to standard error instead.
 */
export function resultOutput({ json }: { json: boolean }): TextSink {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  if (json) stdout.write = stderr.write.bind(stderr);
  return { write: (text, done) => write(text, done) };
}
