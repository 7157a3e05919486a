// Opens the embedded database of a folder, read-only with the argument `read`, and prints the server's start time.
import { openDatabase } from '../connection/open-database.ts';

const access = process.argv[3] === 'read' ? 'read' : 'write';
const database = await openDatabase({ dataDir: process.argv[2]!, url: '', access });
const [row] = await database.sql`select pg_postmaster_start_time()::text as started`;
console.log(row!['started']);
await database.close();
