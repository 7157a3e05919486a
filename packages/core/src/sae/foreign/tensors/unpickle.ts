/**
 * A restricted unpickler. It builds plain data and the globals that its caller allows, and refuses every other global
 * before anything is built from it: a pickle is a program, and a malicious one calls what it likes.
 *
 * The opcodes are those of https://github.com/python/cpython/blob/main/Lib/pickletools.py.
 */

/** What a `GLOBAL` in a pickle refers to, e.g. `collections.OrderedDict`. */
export class PickledGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export interface UnpickleRules {
  /** The globals that may occur, e.g. `torch.FloatStorage`. */
  readonly globals: ReadonlySet<string>;
  /** Stands for calling a global. */
  call(name: string, args: readonly unknown[]): unknown;
  /** Resolves a persistent id: in PyTorch's files, a storage. */
  persistent(id: unknown): unknown;
  /** The error for a global that is not allowed. */
  refuse(name: string): Error;
}

/** Rare opcodes, such as those for sets and frozen objects, are left out: no state dict has them. */
const OPCODES: Readonly<Record<number, (machine: Machine) => void>> = {
  0x80: (m) => m.skip(1), // PROTO
  0x95: (m) => m.skip(8), // FRAME
  0x28: (m) => m.mark(), // MARK
  0x30: (m) => void m.pop(), // POP
  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4b: (m) => m.push(m.view(1).getUint8(0)), // BININT1
  0x4d: (m) => m.push(m.view(2).getUint16(0, true)), // BININT2
  0x4a: (m) => m.push(m.view(4).getInt32(0, true)), // BININT
  0x8a: (m) => m.push(longOf(m.bytes(m.view(1).getUint8(0)))), // LONG1
  0x47: (m) => m.push(m.view(8).getFloat64(0)), // BINFLOAT
  0x58: (m) => m.push(m.text(m.view(4).getUint32(0, true))), // BINUNICODE
  0x8c: (m) => m.push(m.text(m.view(1).getUint8(0))), // SHORT_BINUNICODE
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x85: (m) => m.push(m.take(1)), // TUPLE1
  0x86: (m) => m.push(m.take(2)), // TUPLE2
  0x87: (m) => m.push(m.take(3)), // TUPLE3
  0x74: (m) => m.push(m.toMark()), // TUPLE
  0x61: (m) => appendTo(m, [m.pop()]), // APPEND
  0x65: (m) => appendTo(m, m.toMark()), // APPENDS
  0x73: (m) => setItems(m, m.take(2)), // SETITEM
  0x75: (m) => setItems(m, m.toMark()), // SETITEMS
  0x71: (m) => m.remember(m.view(1).getUint8(0)), // BINPUT
  0x72: (m) => m.remember(m.view(4).getUint32(0, true)), // LONG_BINPUT
  0x94: (m) => m.remember(), // MEMOIZE
  0x68: (m) => m.recall(m.view(1).getUint8(0)), // BINGET
  0x6a: (m) => m.recall(m.view(4).getUint32(0, true)), // LONG_BINGET
  0x63: (m) => m.global(`${m.line()}.${m.line()}`), // GLOBAL
  0x93: (m) => m.global(m.take(2).join('.')), // STACK_GLOBAL
  0x51: (m) => m.persist(), // BINPERSID
  0x52: (m) => m.reduce(), // REDUCE
  // The state of an OrderedDict: attributes such as _metadata, which hold no weights.
  0x62: (m) => void m.pop(), // BUILD
};
const STOP = 0x2e;

/** @throws {Error} for a pickle that is damaged or has an opcode that no state dict has; whatever the rules throw */
export function unpickle(bytes: Buffer, rules: UnpickleRules): unknown {
  const machine = new Machine(bytes, rules);
  for (;;) {
    const opcode = machine.view(1).getUint8(0);
    if (opcode === STOP) return machine.pop();
    const step = OPCODES[opcode];
    if (step === undefined) throw new Error(`the pickle has the opcode 0x${opcode.toString(16)}`);
    step(machine);
  }
}

class Machine {
  readonly #bytes: Buffer;
  readonly #rules: UnpickleRules;
  #at = 0;
  #stack: unknown[] = [];
  readonly #marked: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: Buffer, rules: UnpickleRules) {
    this.#bytes = bytes;
    this.#rules = rules;
  }

  skip(length: number): void {
    this.bytes(length);
  }

  bytes(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('the pickle ends early');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  view(length: number): DataView {
    const { buffer, byteOffset } = this.bytes(length);
    return new DataView(buffer, byteOffset, length);
  }

  text(length: number): string {
    return this.bytes(length).toString('utf8');
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new Error('the pickle ends early');
    const line = this.text(end - this.#at);
    this.skip(1);
    return line;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw new Error('the pickle takes from an empty stack');
    return this.#stack.pop();
  }

  top(): unknown {
    return this.#stack.at(-1);
  }

  take(count: number): unknown[] {
    if (this.#stack.length < count) throw new Error('the pickle takes from an empty stack');
    return this.#stack.splice(-count);
  }

  mark(): void {
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  toMark(): unknown[] {
    const values = this.#stack;
    const before = this.#marked.pop();
    if (before === undefined) throw new Error('the pickle has no mark');
    this.#stack = before;
    return values;
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw new Error('the pickle recalls what it never stored');
    this.push(this.#memo.get(index));
  }

  global(name: string): void {
    if (!this.#rules.globals.has(name)) throw this.#rules.refuse(name);
    this.push(new PickledGlobal(name));
  }

  persist(): void {
    this.push(this.#rules.persistent(this.pop()));
  }

  reduce(): void {
    const [callee, args] = this.take(2);
    if (!(callee instanceof PickledGlobal) || !Array.isArray(args)) {
      throw new Error('the pickle calls what is not a global');
    }
    this.push(this.#rules.call(callee.name, args));
  }
}

function appendTo(machine: Machine, values: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw new Error('the pickle appends to what is not a list');
  list.push(...values);
}

function setItems(machine: Machine, items: readonly unknown[]): void {
  const map = machine.top();
  if (!(map instanceof Map)) throw new Error('the pickle sets an item of what is not a dictionary');
  for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i], items[i + 1]);
}

/** Two's complement, little-endian, of up to eight bytes. */
function longOf(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > 8) throw new Error('the pickle has an integer of more than 64 bits');
  return Number(
    BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)),
  );
}
