// Preloaded into the processes of a machine: on SIGUSR2, a process writes down what it waits for, for `why-it-waits.ts`.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';

const folder = process.env.SAE_LAB_FAULT_HANGS;

function socketText({ localPort, remoteAddress, remotePort, readyState, bytesWritten, bytesRead }) {
  return `:${localPort} to ${remoteAddress}:${remotePort} ${readyState}, ${bytesWritten} bytes written and ${bytesRead} read`;
}

if (folder !== undefined) {
  process.on('SIGUSR2', () => {
    const file = join(folder, String(process.pid));
    // oxlint-disable-next-line eslint/no-underscore-dangle -- Node's own name, and it has no other one
    const handles = process._getActiveHandles();
    const sockets = handles.filter(({ remotePort }) => remotePort !== undefined).map(socketText);
    const resources = process.getActiveResourcesInfo();
    writeHeapSnapshot(`${file}.heapsnapshot`);
    writeFileSync(`${file}.draft`, JSON.stringify({ resources, sockets }));
    renameSync(`${file}.draft`, `${file}.json`);
  });
}
