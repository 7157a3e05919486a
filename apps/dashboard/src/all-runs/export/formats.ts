/** The files that the table of all runs is exported as, by the extension of their names. */
export const EXPORT_FORMATS = [
  { extension: 'csv', label: 'CSV', type: 'text/csv; charset=utf-8' },
  { extension: 'json', label: 'JSON', type: 'application/json' },
  { extension: 'parquet', label: 'Parquet', type: 'application/vnd.apache.parquet' },
  { extension: 'tex', label: 'LaTeX', type: 'application/x-tex; charset=utf-8' },
] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];
