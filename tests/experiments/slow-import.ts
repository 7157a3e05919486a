import { setTimeout as sleep } from 'node:timers/promises';

// Never finishes its import.
console.error('importing');
await sleep(600_000);
