/** The parts of the global `WebAssembly` that are used here. Node's types do not declare it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface WasmApi {
  Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  Module: {
    new (bytes: Uint8Array): object;
    exports(module: object): { name: string; kind: string }[];
  };
  Instance: new (module: object, imports: object) => { exports: object };
  instantiate: (this: void, bytes: Uint8Array, imports: object) => Promise<object>;
}

export const wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
