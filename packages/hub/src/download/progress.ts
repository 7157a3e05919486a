/** Progress of a download of several files. */
export interface DownloadProgress {
  /** The file that the latest bytes belong to. */
  readonly path: string;
  /** Bytes on disk over all files, including those of an earlier download. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Download rate over the last five seconds; 0 until there is something to measure. */
  readonly bytesPerSecond: number;
  /** Unset while nothing arrives, and after the first few bytes, whose rate says nothing about the rest. */
  readonly secondsLeft?: number;
  readonly filesDone: number;
  readonly files: number;
}

/** Adds up the bytes of several files and reports them a few times a second. */
export interface ProgressMeter {
  /** @param bytes how many bytes of this file exist now */
  bytes(path: string, bytes: number, kind: 'found' | 'received'): void;
  done(path: string): void;
}

/** Milliseconds between reports. */
const INTERVAL = 250;
/** Milliseconds over which the rate is measured. */
const WINDOW = 5000;
/** A rate says how long the rest takes once it was measured for this long, or over this share of the whole. */
const MEASURED_SECONDS = 2;
const MEASURED_SHARE = 0.01;

/**
 * @param now a monotonic clock, in milliseconds
 */
export function progressMeter(
  files: number,
  totalBytes: number,
  onProgress: ((progress: DownloadProgress) => void) | undefined,
  now: () => number = () => performance.now(),
): ProgressMeter {
  const perFile = new Map<string, number>();
  const started = now();
  const recent: { at: number; received: number }[] = [{ at: started, received: 0 }];
  let bytes = 0;
  let received = 0;
  let filesDone = 0;
  let reported = -Infinity;

  const set = (path: string, value: number): number => {
    const change = value - (perFile.get(path) ?? 0);
    perFile.set(path, value);
    bytes += change;
    return change;
  };
  const report = (path: string, isLast: boolean): void => {
    const at = now();
    if (!isLast && at - reported < INTERVAL) return;
    reported = at;
    while (recent.length > 1 && at - recent[0]!.at > WINDOW) recent.shift();
    const first = recent[0]!;
    const seconds = (at - first.at) / 1000;
    const bytesPerSecond = seconds > 0 ? (received - first.received) / seconds : 0;
    const isMeasured = seconds >= MEASURED_SECONDS || received >= MEASURED_SHARE * totalBytes || isLast;
    recent.push({ at, received });
    onProgress?.({
      path,
      bytes,
      totalBytes,
      bytesPerSecond,
      ...(bytesPerSecond > 0 && isMeasured && { secondsLeft: (totalBytes - bytes) / bytesPerSecond }),
      filesDone,
      files,
    });
  };
  return {
    bytes(path, value, kind) {
      const change = set(path, value);
      if (kind === 'received') received += change;
      report(path, false);
    },
    done(path) {
      filesDone++;
      report(path, filesDone === files);
    },
  };
}
