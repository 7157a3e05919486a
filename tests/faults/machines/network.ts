/** Network namespaces: a hub, where the servers are, and machines that a cable connects with it. Linux, as root. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface Network {
  /** The address of the hub. */
  readonly address: string;
  /** The beginning of a command line that runs the rest in the hub. */
  readonly inHub: readonly string[];
  /** The same for each machine, which has its own host name and one core. */
  readonly onMachine: readonly (readonly string[])[];
  /** Pulls or plugs in the cable of a machine. Packets are lost without a word, and its addresses stay. */
  setCable(machine: number, isIn: boolean): void;
  remove(): void;
}

const SUBNET = '10.203.0';

/** Why there can be no network; undefined if there can. */
export function whyNoNetwork(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  try {
    const network = makeNetwork(1);
    const [command, ...args] = network.onMachine[0]!;
    const { status, stderr } = spawnSync(command!, [...args, 'true'], { encoding: 'utf8' });
    network.remove();
    return status === 0 ? undefined : stderr;
  } catch (error) {
    return (error as Error).message;
  }
}

let made = 0;

/** @throws if this process may not make namespaces, bridges or cables */
export function makeNetwork(machines: number): Network {
  made += 1;
  const prefix = `sae${process.pid}-${made}`;
  const hub = `${prefix}-hub`;
  const names = Array.from({ length: machines }, (_, index) => `${prefix}-m${index}`);
  const remove = (): void => {
    for (const name of [hub, ...names]) spawnSync('ip', ['netns', 'delete', name]);
  };
  try {
    for (const name of [hub, ...names]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', hub, 'link', 'add', 'switch', 'type', 'bridge');
    ip('-n', hub, 'address', 'add', `${SUBNET}.1/24`, 'dev', 'switch');
    ip('-n', hub, 'link', 'set', 'switch', 'up');
    for (const [index, name] of names.entries()) {
      ip('-n', hub, 'link', 'add', `cable${index}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      ip('-n', hub, 'link', 'set', `cable${index}`, 'master', 'switch', 'up');
      ip('-n', name, 'address', 'add', `${SUBNET}.${index + 2}/24`, 'dev', 'eth0');
      ip('-n', name, 'link', 'set', 'eth0', 'up');
    }
  } catch (error) {
    remove();
    throw error;
  }
  const within = (name: string): string[] => ['nsenter', `--net=/run/netns/${name}`];
  return {
    address: `${SUBNET}.1`,
    inHub: within(hub),
    onMachine: names.map((name, index) => [
      ...within(name),
      // One core each: threads of several machines on one core would wait for each other.
      'taskset',
      '--cpu-list',
      String(index % availableParallelism()),
      'unshare',
      '--uts',
      'sh',
      '-c',
      `hostname machine-${index} && exec "$0" "$@"`,
    ]),
    setCable: (machine, isIn) => ip('-n', hub, 'link', 'set', `cable${machine}`, isIn ? 'up' : 'down'),
    remove,
  };
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
