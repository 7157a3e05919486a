// Puts a file into a store and tells its parent when the upload has begun. Forked with the location and the file.
import { open, stat, type FileHandle } from 'node:fs/promises';
import { openStore } from '../store.ts';

const [location, path] = process.argv.slice(2) as [string, string];
const store = await openStore(location, {
  cluster: 'one',
  cache: { folder: `${path}.cache`, limitBytes: 0 },
});
// The file is read to hash it, and then to send it.
const { size } = await stat(path);
const file = await open(path);
const prototype = Object.getPrototypeOf(file) as {
  read: (this: unknown, ...args: unknown[]) => ReturnType<FileHandle['read']>;
};
await file.close();
const { read } = prototype;
let bytes = 0;
prototype.read = async function (this: unknown, ...args) {
  const found = await read.apply(this, args);
  bytes += found.bytesRead;
  if (bytes > 1.5 * size) process.send?.('sending');
  return found;
};
await store.putSet('killed/set', [{ name: 'file', path }], {});
