import { setTimeout as sleep } from 'node:timers/promises';

// Imported for as long as nobody ends it.
console.error('importing');
await sleep(600_000);
