import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/** A file of a report. Text is made shareable before it is written. */
export interface ReportFile {
  /** Relative to the report, with slashes. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Lists the files of a report, so that a later one can replace them. */
const LIST = 'report.json';

/**
 * Writes a report. Files of a report that is there already are removed first, others are never touched.
 *
 * @param hide takes private text out
 * @throws {SaeLabError} `report.not-a-report`
 */
export async function writeReport(
  folder: string,
  files: readonly ReportFile[],
  hide: (text: string) => string,
): Promise<void> {
  for (const path of await formerFiles(folder)) await rm(join(folder, path), { force: true });
  const paths = files.map(({ path }) => path).toSorted();
  const list = { path: LIST, content: `${JSON.stringify({ format: 1, files: paths }, null, 2)}\n` };
  for (const { path, content } of [...files, list]) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? hide(content) : content);
  }
}

async function formerFiles(folder: string): Promise<readonly string[]> {
  const there = await readdir(folder).catch((): string[] => []);
  if (there.length === 0) return [];
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => undefined);
  const former = text === undefined ? undefined : (JSON.parse(text) as { files?: unknown }).files;
  if (Array.isArray(former)) {
    // Only paths inside the folder: the list may have been changed.
    return former.filter(
      (path): path is string => typeof path === 'string' && /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/.test(path),
    );
  }
  throw new SaeLabError('report.not-a-report', {
    problem: 'the folder has files that are not of a report',
    field: '--out',
    expected: 'an empty or missing folder, or an earlier report',
    received: `${there.slice(0, 3).join(', ')}${there.length > 3 ? ` and ${there.length - 3} more` : ''}`,
    fix: 'Choose another folder.',
  });
}
