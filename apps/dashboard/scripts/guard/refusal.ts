/** The response to a request that does not reach the dashboard. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Shown to a reader instead of the text. */
  readonly page?: string;
}

/** What was received, short enough to repeat. */
export function shown(text: string | undefined): string {
  if (text === undefined || text === '') return 'nothing';
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
