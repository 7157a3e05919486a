/** Progress of an extraction. */
export interface ExtractionProgress {
  /** Documents read, including those without tokens. */
  readonly documents: number;
  readonly skippedDocuments: number;
  /** Tokens that went through the model. */
  readonly tokens: number;
  /** Activations per hook. */
  readonly rows: number;
  /** Complete files, over all hooks. */
  readonly shards: number;
  readonly tokensPerSecond: number;
  /** Estimated from the first documents; null if not known yet. */
  readonly secondsLeft: number | null;
  /** Warnings for the user since the last event. */
  readonly warnings: readonly string[];
}

type Figures = Pick<ExtractionProgress, 'documents' | 'skippedDocuments' | 'tokens' | 'rows' | 'shards'>;

export interface ProgressMeter {
  warn(sentence: string): void;
  /** Reports every finished file and the `last` call; otherwise at most four times a second. */
  report(figures: Figures, last?: boolean): void;
}

const INTERVAL_MS = 250;
/** Keeps a dataset of empty documents from filling the memory with warnings. */
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
      if (unsaid > 0) warnings.push(`and ${unsaid} more`);
      const tokensPerSecond = ((figures.tokens - tokensBefore) / (now - started)) * 1000;
      const left = Math.max(0, totalTokens - figures.tokens);
      const secondsLeft = last ? 0 : tokensPerSecond > 0 ? left / tokensPerSecond : null;
      onProgress({ ...figures, tokensPerSecond, secondsLeft, warnings });
      warnings = [];
      unsaid = 0;
    },
  };
}
