import type { ErrorInfo } from './error-info.ts';

/** Errors of writing reports. */
export const REPORT_ERRORS = {
  'report.unknown-sweep': {
    meaning: 'The database has no sweep of this name or id.',
    fix: 'Copy the name from the dashboard, and give the same `--data` or `DATABASE_URL` as the sweep.',
  },
  'report.too-many-runs': {
    meaning: 'A page cannot show so large a sweep.',
    fix: 'Export the table of runs from the dashboard.',
  },
  'report.not-a-report': {
    meaning: 'The folder for the report has other files, which a report would mix with.',
    fix: 'Choose an empty or missing folder with `--out`, or an earlier report, which is replaced.',
  },
} as const satisfies Record<string, ErrorInfo>;
