/** Error codes of a closed pipe and a closed terminal. */
const GONE = ['EPIPE', 'EIO'];

/**
 * Keeps this process running when its reader goes away (`| head -2`, a closed terminal). By default, the next write would
 * end the process with a stack trace, and lose its work.
 *
 * @param onLost called once per stream if output is lost for another reason, e.g. a full disk behind `> file`
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
