/** What docs/errors.md says of an error code. */
export interface ErrorInfo {
  /** One sentence. */
  readonly meaning: string;
  /** What the reader can do. */
  readonly fix: string;
}
