import { StringDecoder } from 'node:string_decoder';

type Stream = 'output' | 'error';

/**
 * Calls back with each line that code of this process prints, which is printed nevertheless. Threads and native libraries
 * write past it.
 */
export function watchPrinted(onLine: (line: string, stream: Stream) => void): { close(): void } {
  const closers = (['output', 'error'] as const).map((stream) => watch(stream, onLine));
  return { close: () => closers.splice(0).forEach((close) => close()) };
}

function watch(stream: Stream, onLine: (line: string, stream: Stream) => void): () => void {
  const target = stream === 'output' ? process.stdout : process.stderr;
  // Bound only where it is called: it is put back as it was.
  const write = Reflect.get<typeof target, 'write'>(target, 'write');
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const watched = (chunk: string | Uint8Array, ...others: unknown[]): boolean => {
    const lines = `${rest}${typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))}`.split(
      '\n',
    );
    rest = lines.pop()!;
    for (const line of lines) onLine(line, stream);
    return Reflect.apply(write, target, [chunk, ...others]) as boolean;
  };
  target.write = watched;
  return () => {
    // Code of a variant may have replaced it, too.
    if (target.write === watched) target.write = write;
    if (rest !== '') onLine(rest, stream);
    rest = '';
  };
}
