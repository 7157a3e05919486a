/**
 * `pnpm advisories`: asks the registry for known vulnerabilities of what users install, each version of the lockfile.
 * Further arguments go to `pnpm audit`.
 *
 * Prints an advisory a line. The exit code is 1 if there are any, and 2 if the registry does not answer such questions, as
 * many mirrors do not: nothing is known then.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Audit {
  readonly advisories: Readonly<Record<string, Advisory>>;
}

interface Advisory {
  readonly module_name: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
  readonly vulnerable_versions: string;
  readonly findings: readonly { readonly version: string; readonly paths: readonly string[] }[];
}

const { stdout, stderr, error } = spawnSync('pnpm', ['audit', '--prod', '--json', ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  encoding: 'utf8',
});
const audit = auditOf(stdout ?? '');
if (audit === undefined) {
  console.error(`The registry was not asked, so nothing is known.\n${String(error ?? stderr).trim()}`);
  process.exitCode = 2;
} else {
  const advisories = Object.values(audit.advisories);
  for (const advisory of advisories) console.log(lineOf(advisory));
  console.log(`Advisories that apply: ${advisories.length}.`);
  if (advisories.length > 0) {
    console.log('docs/dependencies.md says what to do about them.');
    process.exitCode = 1;
  }
}

/** What pnpm found. It prints no JSON if the registry did not answer; its exit code is the same as for findings. */
function auditOf(output: string): Audit | undefined {
  try {
    return JSON.parse(output) as Audit;
  } catch {
    return undefined;
  }
}

function lineOf({
  module_name: name,
  severity,
  title,
  url,
  vulnerable_versions,
  findings,
}: Advisory): string {
  const shortest = (paths: readonly string[]) => paths.toSorted((a, b) => a.length - b.length)[0];
  const places = findings.map(({ version, paths }) => `${name}@${version} by ${shortest(paths)}`);
  return `${severity}: ${places.join(', ')} (affected: ${vulnerable_versions}): ${title}. ${url}`;
}
