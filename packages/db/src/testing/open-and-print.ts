// Opens the embedded database of the folder that is named, says which server that was, and ends.
import { openDatabase } from '../connection/open-database.ts';

const database = await openDatabase({ dataDir: process.argv[2]!, url: '' });
const [row] = await database.sql`select pg_postmaster_start_time()::text as started`;
console.log(row!['started']);
await database.close();
