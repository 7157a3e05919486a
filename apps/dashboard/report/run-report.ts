import { homedir } from 'node:os';
import { relative, resolve } from 'node:path';
import { environment, PROJECT_ROOT } from '@sae-lab/command-line';
import { explainError, openDatabase } from '@sae-lab/db';
import { loadReport } from './load-report.ts';
import { withoutPrivateText } from './private-text.ts';
import { reportFiles } from './report-files.ts';
import { writeReport } from './write-report.ts';

interface Arguments {
  readonly operands: readonly string[];
  readonly options: { readonly out: string | undefined; readonly latents: number; readonly data: string };
}

/** @throws {SaeLabError} `report.unknown-sweep`, `report.not-a-report`, `db.*` */
export async function runReport({ operands: [name = ''], options }: Arguments): Promise<void> {
  const { data: dataDir, latents } = options;
  const database = await openDatabase({
    dataDir,
    access: 'read',
    onNotice: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    const report = await loadReport(database.db, name, latents);
    const hide = withoutPrivateText({
      folders: [dataDir, PROJECT_ROOT, process.cwd(), environment('HF_HOME'), homedir(), ...report.folders],
      urls: [environment('DATABASE_URL'), database.url],
      secrets: SECRETS.map((variable) => environment(variable)),
    });
    const folder = resolve(options.out ?? `report-${fileNameOf(report.sweep.name)}`);
    const files = await reportFiles(report);
    await writeReport(folder, files, hide);
    process.stdout.write(`The report is ${relative(process.cwd(), folder) || '.'}/index.html\n`);
  } catch (error) {
    throw explainError(error);
  } finally {
    await database.close();
  }
}

/** None of them is read for a report. What a person wrote into a note or an experiment may still have one. */
const SECRETS = [
  'SAE_LAB_DASHBOARD_TOKEN',
  'HF_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

function fileNameOf(sweep: string): string {
  return sweep.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '') || 'sweep';
}
