/** What says that a reader has gone: a pipe that was closed, a terminal that was. */
const GONE = ['EPIPE', 'EIO'];

/**
 * Lets this process go on when nobody reads its output any more (`| head -2`, a closed terminal). Without it, the
 * first write after that ends the process with a stack, and whatever it was doing is lost.
 *
 * @param onLost told of output that is lost for another reason, e.g. a full disk behind `> file`; once a stream
 */
export function outliveReaders(onLost: (stream: 'stdout' | 'stderr', error: Error) => void = () => {}): void {
  for (const name of ['stdout', 'stderr'] as const) {
    let told = false;
    process[name].on('error', (error: NodeJS.ErrnoException) => {
      if (told || GONE.includes(error.code ?? '')) return;
      told = true;
      onLost(name, error);
    });
  }
}
