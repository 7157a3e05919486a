/** Explains processes that do not end: what they wait for, from inside. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the listener in `explain-hang.mjs` writes. */
interface Waiting {
  readonly resources: readonly string[];
  readonly sockets: readonly string[];
}

/** The parts of V8's heap snapshot that are read: flat arrays with a fixed number of fields per node and edge. */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

const POLL_MS = 100;
const MOST_POLLS = 900;

/**
 * Asks a process what it waits for.
 *
 * @param folder the `SAE_LAB_FAULT_HANGS` of the process
 */
export async function whyItWaits(pid: number, folder: string): Promise<string> {
  const file = join(folder, String(pid));
  try {
    process.kill(pid, 'SIGUSR2');
  } catch {
    return 'it has just ended';
  }
  for (let polls = 0; !existsSync(`${file}.json`); polls++) {
    if (polls === MOST_POLLS) return 'it does not answer: its event loop is busy, or it is suspended';
    await sleep(POLL_MS);
  }
  const { resources, sockets } = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Waiting;
  const functions = unfinished(JSON.parse(readFileSync(`${file}.heapsnapshot`, 'utf8')) as HeapSnapshot);
  return [
    `keeps it alive: ${resources.join(', ') || 'nothing'}`,
    ...sockets.map((socket) => `socket ${socket}`),
    `has not returned: ${functions.join(', ') || 'no function'}`,
  ].join('\n  ');
}

/** The asynchronous functions outside of Node that have begun and not returned, each with its file. */
function unfinished({ snapshot: { meta }, nodes, edges, strings }: HeapSnapshot): string[] {
  const [nodeSize, edgeSize] = [meta.node_fields.length, meta.edge_fields.length];
  const [nameAt, countAt] = [meta.node_fields.indexOf('name'), meta.node_fields.indexOf('edge_count')];
  const first: number[] = [];
  for (let node = 0, edge = 0; node < nodes.length; node += nodeSize) {
    first.push(edge);
    edge += nodes[node + countAt]! * edgeSize;
  }
  const isNamed = (edge: number): boolean =>
    !['element', 'hidden'].includes(meta.edge_types[0][edges[edge]!]!);
  const follow = (node: number | undefined, name: string): number | undefined => {
    if (node === undefined) return undefined;
    const start = first[node / nodeSize]!;
    for (let edge = start; edge < start + nodes[node + countAt]! * edgeSize; edge += edgeSize)
      if (isNamed(edge) && strings[edges[edge + 1]!] === name) return edges[edge + 2];
    return undefined;
  };
  const nameOf = (node: number | undefined): string =>
    node === undefined ? '' : strings[nodes[node + nameAt]!]!;
  const found = new Map<string, number>();
  for (let node = 0; node < nodes.length; node += nodeSize) {
    // Only the objects that keep the state of a function that waits have its registers.
    if (follow(node, 'parameters_and_registers') === undefined) continue;
    const called = follow(node, 'function');
    const shared = follow(called, 'shared');
    const file = nameOf(follow(shared, 'script') ?? follow(shared, 'script_or_debug_info'));
    const place = file.split('/').slice(-3).join('/');
    if (file.startsWith('node:')) continue;
    const text = `${nameOf(called) || 'anonymous'} (${place})`;
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  return [...found].map(([text, count]) => (count === 1 ? text : `${text} ×${count}`)).toSorted();
}
