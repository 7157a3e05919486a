/** How far an extraction has come. */
export interface ExtractionProgress {
  /** Documents read, those without tokens included. */
  readonly documents: number;
  readonly skippedDocuments: number;
  /** Tokens that went through the model, and activations taken of each hook. */
  readonly tokens: number;
  readonly rows: number;
  /** Files that are whole, over all hooks. */
  readonly shards: number;
  readonly tokensPerSecond: number;
  /** Estimated from the first documents; null before anything is known. */
  readonly secondsLeft: number | null;
  /** Sentences for the user since the last event. */
  readonly warnings: readonly string[];
}

type Figures = Pick<ExtractionProgress, 'documents' | 'skippedDocuments' | 'tokens' | 'rows' | 'shards'>;

export interface ProgressMeter {
  warn(sentence: string): void;
  /** Reports each file that is finished, else at most four times a second, unless `last`. */
  report(figures: Figures, last?: boolean): void;
}

const INTERVAL_MS = 250;
/** A dataset of empty documents shall not fill the memory with sentences about them. */
const MAX_WARNINGS = 20;

export function createProgressMeter(
  onProgress: ((progress: ExtractionProgress) => void) | undefined,
  totalTokens: number,
  tokensBefore: number,
): ProgressMeter {
  const started = performance.now();
  let reported = -Infinity;
  let reportedShards = 0;
  let warnings: string[] = [];
  let unsaid = 0;
  return {
    warn(sentence) {
      if (warnings.length < MAX_WARNINGS) warnings.push(sentence);
      else unsaid++;
    },
    report(figures, last = false) {
      const now = performance.now();
      const isDue = last || figures.shards > reportedShards || now - reported >= INTERVAL_MS;
      if (onProgress === undefined || !isDue) return;
      reported = now;
      reportedShards = figures.shards;
      if (unsaid > 0) warnings.push(`and ${unsaid} more of the same kind`);
      const tokensPerSecond = ((figures.tokens - tokensBefore) / (now - started)) * 1000;
      const left = Math.max(0, totalTokens - figures.tokens);
      const secondsLeft = last ? 0 : tokensPerSecond > 0 ? left / tokensPerSecond : null;
      onProgress({ ...figures, tokensPerSecond, secondsLeft, warnings });
      warnings = [];
      unsaid = 0;
    },
  };
}
