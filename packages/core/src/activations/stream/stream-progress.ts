import { DATASET_START, type DatasetPosition } from '../extraction/dataset/windows.ts';
import { documentsRead, type ExtractionOptions } from '../store/make-stores.ts';
import { createProgressMeter, type ProgressMeter } from '../store/progress.ts';

/** Reports the progress of a stream over its windows and passes. */
export interface StreamProgress {
  /** Starts to report, once it is known how much runs need. Later calls have no effect. */
  begin(totalTokens: number, startTokens: number): void;
  warn(sentence: string): void;
  /**
   * @param end position in the current pass
   * @param files complete files of the current window
   */
  reached(end: DatasetPosition, files: number): void;
  windowDone(): void;
  finish(): void;
}

export function trackStream(onProgress: ExtractionOptions['onProgress']): StreamProgress {
  let meter: ProgressMeter | undefined;
  /** Of earlier passes. */
  let before = { rows: 0, tokens: 0 };
  let at: DatasetPosition = DATASET_START;
  const files = { before: 0, ofWindow: 0 };
  const report = (last: boolean): void => {
    const progress = {
      documents: documentsRead(at),
      skippedDocuments: at.skipped,
      tokens: before.tokens + at.tokens,
      rows: before.rows + at.rows,
      shards: files.before + files.ofWindow,
    };
    meter?.report(progress, last);
  };
  return {
    begin(totalTokens, startTokens) {
      meter ??= createProgressMeter(onProgress, totalTokens, startTokens);
    },
    warn: (sentence) => meter?.warn(sentence),
    reached(end, ofWindow) {
      if (end.rows < at.rows) before = { rows: before.rows + at.rows, tokens: before.tokens + at.tokens };
      at = end;
      files.ofWindow = ofWindow;
      report(false);
    },
    windowDone() {
      files.before += files.ofWindow;
      files.ofWindow = 0;
    },
    finish() {
      if (at.rows > 0) report(true);
    },
  };
}
