import type { ErrorInfo } from './error-info.ts';

/** Errors of the database. */
export const DATABASE_ERRORS = {
  'db.unreachable': {
    meaning: 'The database of DATABASE_URL cannot be used.',
    fix: 'Follow the message, or unset DATABASE_URL to use the embedded database.',
  },
  'db.bad-url': {
    meaning: 'DATABASE_URL is not the address of a Postgres database.',
    fix: 'Correct it, or unset it to use the embedded database.',
  },
  'db.no-url': {
    meaning: 'The dashboard was started without a database.',
    fix: 'Start it with `pnpm dashboard`.',
  },
  'db.pooled': {
    meaning: 'DATABASE_URL leads to a pooler that refuses transactions.',
    fix: "Use the server's own address, or the pooler's transaction or session mode.",
  },
  'db.direct-url': {
    meaning: 'SAE_LAB_DIRECT_URL leads to a pooler, or to another database than DATABASE_URL.',
    fix: "Set it to the server's own address, or unset it.",
  },
  'db.server-too-old': {
    meaning: 'The Postgres server is too old.',
    fix: 'Use a newer server, or unset DATABASE_URL.',
  },
  'db.encoding': {
    meaning: 'The database does not use UTF-8.',
    fix: "Create one with `CREATE DATABASE sae_lab ENCODING 'UTF8' TEMPLATE template0` and name it in DATABASE_URL.",
  },
  'db.read-only': {
    meaning: 'The database is read-only.',
    fix: 'Use the primary server and a user that may write. `pnpm dashboard` only reads.',
  },
  'db.no-rights': {
    meaning: 'The user of DATABASE_URL lacks a privilege.',
    fix: 'Connect as the owner of the tables, or have the owner grant the privilege.',
  },
  'db.occupied': {
    meaning: 'Another object in the database has the name of one of our tables.',
    fix: 'Create a separate database and name it in DATABASE_URL.',
  },
  'db.migrations-newer': {
    meaning: 'The database was written by a newer version of the project.',
    fix: 'Update this checkout, or use another database.',
  },
  'db.too-many-connections': {
    meaning: 'The database has no free connection.',
    fix: 'Close other programs that use it, or raise max_connections.',
  },
  'db.connection-lost': {
    meaning: 'The connection to the database broke.',
    fix: 'Run again: unfinished runs continue from their last checkpoint.',
  },
  'db.refused': {
    meaning: 'The database answered with an error.',
    fix: 'Run again. If it repeats, read the log of the server.',
  },
  'db.bad-value': {
    meaning: 'A value cannot be stored in the database.',
    fix: 'Use no text with U+0000 and no integer above 2147483647.',
  },
  'db.no-such-run': { meaning: 'The database has no such run.', fix: 'Start the sweep again.' },
  'db.not-finished': {
    meaning: 'The run has no result to replace, because it is not finished.',
    fix: 'Start the sweep again.',
  },
  'db.stale-evaluation': {
    meaning: 'Another process replaced the evaluation, or its run was deleted while it was evaluated.',
    fix: 'Run the same command again. It uses the evaluations that are finished.',
  },
  'db.stale-attempt': {
    meaning: 'Another worker took the run over, so this one may not write.',
    fix: 'Stop this worker.',
  },
  'db.curve-steps': { meaning: 'The points of a curve are not in order.', fix: 'This is a bug: report it.' },
  'db.no-embedded-server': {
    meaning: 'The embedded Postgres is not installed for this platform.',
    fix: 'Run `pnpm install` without --no-optional, or set DATABASE_URL. On Windows, use WSL 2.',
  },
  'db.embedded-failed': {
    meaning: 'The embedded Postgres did not start.',
    fix: 'Fix what Postgres reports in the message, or set DATABASE_URL.',
  },
  'db.served-elsewhere': {
    meaning: 'Another machine or container serves the database of this data folder.',
    fix: 'Set DATABASE_URL to what `pnpm db:serve` printed there. Without it, run `pnpm db:stop` there, or use another data folder here.',
  },
  'db.data-folder-unusable': {
    meaning: 'The database cannot be stored in this data folder.',
    fix: 'Run as the user who made it, use another data folder, or set DATABASE_URL.',
  },
  'db.data-missing': {
    meaning: 'The database of this data folder is gone.',
    fix: 'Restore it, or remove the file that the message names to start with an empty database.',
  },
  'db.data-copied': {
    meaning: 'The data folder is a copy of one whose database is stored elsewhere and in use.',
    fix: 'Run `pnpm db:stop --data` with the original folder, then start again.',
  },
  'db.data-unreachable': {
    meaning: 'The server may not open the folder of the database.',
    fix: 'Run `chmod o+x` on the folders above it, or set DATABASE_URL.',
  },
  'db.data-too-large': {
    meaning: 'The data folder is read-only, and its database is too large to copy.',
    fix: 'Make the folder writable, or copy it with `cp -a` and use the copy.',
  },
  'db.disk-full': {
    meaning: 'The disk of the database is full.',
    fix: 'Free some space and start again. What was stored before is intact.',
  },
  'db.out-of-memory': {
    meaning: 'The database has too little memory.',
    fix: 'Close other programs, or give the container more memory.',
  },
  'db.shared-memory': {
    meaning: 'The database has too little shared memory.',
    fix: 'Enlarge /dev/shm (Docker: `--shm-size=64m`) or the limits of the kernel.',
  },
  'db.semaphores': {
    meaning: 'The operating system has no semaphores left.',
    fix: 'Stop databases that are not needed, or raise the limits of the kernel.',
  },
  'db.file-too-large': {
    meaning: 'A limit on file sizes is too low for the database.',
    fix: 'Run `ulimit -f unlimited` and `pnpm db:stop`, then start again.',
  },
  'db.too-many-files': {
    meaning: 'A limit on open files is too low for the database.',
    fix: 'Run `ulimit -n 1024`, then start again.',
  },
  'db.too-many-processes': {
    meaning: 'The operating system starts no more processes for the database.',
    fix: 'Close other programs, or raise `ulimit -u` or the limit of the container.',
  },
  'db.in-use': {
    meaning: 'Other processes use the embedded database, so it cannot be restarted.',
    fix: 'Stop sweeps and dashboards of the data folder, then run the command again.',
  },
  'db.address-unusable': {
    meaning: 'The embedded database is to be reached at an address or port that this machine cannot use.',
    fix: 'Run `pnpm db:stop` to keep the database for this machine, or lend it out at another address: `pnpm db:serve`.',
  },
  'db.no-psql': {
    meaning: 'psql is not installed.',
    fix: 'Install the PostgreSQL client (Debian: postgresql-client).',
  },
} as const satisfies Record<string, ErrorInfo>;
