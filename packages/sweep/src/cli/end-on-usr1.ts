/**
 * Ends the process on SIGUSR1 until it listens by itself: it has nothing to hand back yet. Without a listener Node would
 * open its debugger, and a warning of the cluster would be lost. Imports nothing, so that it begins at once.
 *
 * @returns ends this; call it after the own listener is there
 */
export function endOnUsr1(): () => void {
  const end = (): void => process.exit(143);
  process.on('SIGUSR1', end);
  return () => void process.off('SIGUSR1', end);
}
