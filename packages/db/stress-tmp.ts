import { openDatabase } from './src/connection/open-database.ts';
import { openSession } from './src/connection/session.ts';
const d = await openDatabase({ dataDir: '/tmp/sess', url: '' });
const t0 = performance.now();
const race = async (name: string, p: Promise<unknown>) => { let done=false; const r = await Promise.race([p.then(() => 'ok', (e: any) => e.code), new Promise((r) => setTimeout(() => r('HANG'), 20000))]); if (r==='HANG'|| !['db.connection-lost','ok'].includes(r as string)) console.log(i, name, r); return r; };
let i = 0;
process.on('uncaughtException', (e) => console.log(i, 'uncaught', e.message));
const count: Record<string, number> = {};
for (i = 0; i < 150; i++) {
  const s = await openSession(d.url);
  const [row] = await s.query((sql) => sql`select pg_backend_pid() as pid`);
  const kill = d.sql`select pg_terminate_backend(${row!['pid'] as number})`;
  if (i % 2) await kill; else { await kill; const t = performance.now() + Math.random() * 3; while (performance.now() < t) await new Promise(setImmediate); }
  const a = await race('first', s.query((sql) => sql`select 1`));
  const b = await race('second', s.query((sql) => sql`select 1`));
  const c = await race('close', s.close());
  const k = `${a} ${b} ${c}`; count[k] = (count[k] ?? 0) + 1;
}
console.log(count, performance.now() - t0);
process.exit(0);
