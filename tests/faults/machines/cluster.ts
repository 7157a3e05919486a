/** Three machines with a database and a store, and what can happen to them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult } from '../../sweep-command.ts';
import { startMachine, type Machine } from './machine.ts';
import { makeNetwork, type Network } from './network.ts';
import {
  startDatabase,
  startStore,
  type DatabaseServer,
  type StoreKind,
  type StoreServer,
} from './servers.ts';
import type { Fault } from './plan.ts';

export const MACHINES = 3;

export class Cluster {
  readonly network: Network;
  readonly database: DatabaseServer;
  readonly store: StoreServer;
  /** The output of the workers that have ended. */
  readonly ended: CommandResult[] = [];
  #machines: Machine[] = [];
  /** What is still to be mended. */
  readonly #mending = new Set<Promise<void>>();

  private constructor(network: Network, database: DatabaseServer, store: StoreServer) {
    this.network = network;
    this.database = database;
    this.store = store;
  }

  /** A cluster without workers. */
  static async start(kind: StoreKind): Promise<Cluster> {
    const network = makeNetwork(MACHINES);
    const database = await startDatabase(network);
    return new Cluster(network, database, await startStore(kind, network));
  }

  get env(): Readonly<Record<string, string>> {
    return { ...this.database.env, ...this.store.env };
  }

  startMachines(): void {
    this.#machines = this.network.onMachine.map((within) =>
      startMachine(within, this.env, (result) => this.ended.push(result)),
    );
  }

  /** Lets a fault happen. It is mended later, while others happen. */
  async inject({ kind, machine: index, forMs, clock, whileTraining }: Fault): Promise<void> {
    const machine = this.#machines[index]!;
    if (whileTraining) await machine.training();
    const mend = (undo: () => unknown): void => {
      const mending = sleep(forMs).then(async () => void (await undo()));
      this.#mending.add(mending);
      void mending.finally(() => this.#mending.delete(mending));
    };
    switch (kind) {
      case 'worker killed':
        return void machine.signal('worker', 'SIGKILL');
      case 'training process killed':
        return void machine.signal('child', 'SIGKILL');
      case 'preempted':
        return void machine.signal('worker', 'SIGTERM');
      case 'power lost':
        return machine.losePower();
      case 'suspended':
      case 'suspended for long':
        machine.signal('all', 'SIGSTOP');
        return mend(() => machine.signal('all', 'SIGCONT'));
      case 'cable cut':
      case 'cable cut for long':
        this.network.setCable(index, false);
        return mend(() => this.network.setCable(index, true));
      case 'clock set':
        return machine.setClock(clock);
      case 'disk full':
        await machine.fillDisk();
        return mend(() => machine.emptyDisk());
      case 'database killed':
        await this.database.stop();
        return mend(() => this.database.start());
      case 'store down':
        await this.store.stop();
        return mend(() => this.store.start());
    }
  }

  /** Waits until everything is mended. */
  async mended(): Promise<void> {
    while (this.#mending.size > 0) await Promise.all(this.#mending);
  }

  /** Waits until all workers have ended, and starts no others. */
  async retire(): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.retire()));
  }

  /** What processes that do not end wait for. */
  async explain(): Promise<string> {
    const texts = await Promise.all(this.#machines.map((machine) => machine.explain()));
    return texts.flatMap((ofOne, index) => ofOne.map((text) => `machine ${index}, ${text}`)).join('\n');
  }

  processes(): string[] {
    return this.#machines.flatMap((machine, index) =>
      machine.processes().map(({ pid, kind }) => `process ${pid} (${kind}) on machine ${index}`),
    );
  }

  async remove(): Promise<void> {
    await this.mended().catch(() => {});
    for (const machine of this.#machines) await machine.remove();
    await this.store.remove();
    await this.database.remove();
    this.network.remove();
  }
}
