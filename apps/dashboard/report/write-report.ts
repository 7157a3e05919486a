import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { explainWriteError } from './explain-write-error.ts';

/** A file of a report. Text is made shareable before it is written. */
export interface ReportFile {
  /** Relative to the report, with slashes. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Lists the files of a report, so that a later one can replace them. */
const LIST = 'report.json';
/** A folder that is written. The number is the process. */
const PART = /\.(\d+)\.part$/;

/**
 * Writes a report. It is written next to its folder, or into a hidden folder if that exists, and moved when it is complete:
 * a writer that is killed leaves no half report. Files of a report that is there already are replaced, others are never
 * touched.
 *
 * @param hide takes private text out
 * @throws {SaeLabError} `report.not-a-report`, `files.*`
 */
export async function writeReport(
  folder: string,
  files: readonly ReportFile[],
  hide: (text: string) => string,
): Promise<void> {
  try {
    const found = await stat(folder).catch(() => undefined);
    const isThere = found?.isDirectory() === true;
    const former = isThere ? await formerFiles(folder) : [];
    const stem = isThere ? join(folder, '.report') : folder;
    await removeLeftovers(stem);
    const paths = files.map((file) => file.path);
    const part = `${stem}.${process.pid}.part`;
    try {
      for (const { path, content } of [...files, listOf(paths)]) {
        const file = join(part, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, typeof content === 'string' ? hide(content) : content);
      }
      if (isThere) await replace(folder, former, { part, paths });
      // Fails if a file is in the way.
      else await rename(part, folder);
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  } catch (error) {
    throw explainWriteError(error, folder);
  }
}

function listOf(paths: readonly string[]): ReportFile {
  const list = { format: 1, files: paths.toSorted() };
  return { path: LIST, content: `${JSON.stringify(list, null, 2)}\n` };
}

/** Moves the files of a complete report into a folder that may have an earlier one. */
async function replace(
  folder: string,
  former: readonly string[],
  { part, paths }: { readonly part: string; readonly paths: readonly string[] },
): Promise<void> {
  // If this process is killed now, the next report replaces the files of both.
  const both = listOf([...new Set([...former, ...paths])]);
  await writeFile(join(folder, LIST), both.content);
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await rename(join(part, path), join(folder, path));
  }
  const kept = new Set(paths);
  for (const path of former) if (!kept.has(path)) await rm(join(folder, path), { force: true });
  await rename(join(part, LIST), join(folder, LIST));
}

/** Removes what killed writers left behind. */
async function removeLeftovers(stem: string): Promise<void> {
  const parent = dirname(stem);
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const pid = PART.exec(name)?.[1];
    if (pid === undefined || name !== `${basename(stem)}.${pid}.part` || isAlive(Number(pid))) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function formerFiles(folder: string): Promise<readonly string[]> {
  const there = (await readdir(folder)).filter((name) => !/^\.report\.\d+\.part$/.test(name));
  if (there.length === 0) return [];
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => undefined);
  const former = filesIn(text);
  if (former !== undefined) {
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

/** The files of a list; undefined if it is none. */
function filesIn(text: string | undefined): unknown[] | undefined {
  try {
    const { files } = JSON.parse(text ?? '') as { files?: unknown };
    return Array.isArray(files) ? files : undefined;
  } catch {
    return undefined;
  }
}
