import { expect, it } from 'vitest';
import { Lease, now } from './lease.ts';

it('lets files be written until it is over, and again once it is extended', async () => {
  const lease = new Lease();
  await lease.valid();
  lease.extend(now() + 60_000_000_000n);
  await lease.valid();
  lease.extend(now() - 1n);
  expect(lease.isOver).toBe(true);
  let written = false;
  const writing = lease.valid().then(() => (written = true));
  lease.extend(now() - 1n);
  await new Promise(setImmediate);
  expect(written).toBe(false);
  lease.extend(now() + 60_000_000_000n);
  await writing;
  expect(lease.isOver).toBe(false);
});
