// Code of kernels, compiled once per structure: equal keys share a function whatever their sizes.
import { ModuleBuilder } from "../assembler.ts";
import type { Call } from "../emitted.ts";
import { type WasmMemory, webAssembly } from "../web-assembly.ts";
import { LARGEST_PAGES } from "./memory.ts";

export type KernelFunction = (args: number, from: number, to: number, scratch: number) => void;

export interface KernelCode {
  readonly run: KernelFunction;
  /** For messages. */
  readonly name: string;
  /** How other threads find it: the number of its module, and its place there. */
  readonly module: number;
  readonly place: number;
}

/** A module as other threads load it. */
export interface KernelModule {
  readonly bytes: Uint8Array;
  readonly exports: number;
}

export interface CodeOptions {
  readonly memory: WasmMemory;
  readonly shared: boolean;
  readonly fma: boolean;
  /** Called with each new module, so that other threads can load it too. */
  readonly onModule?: (module: KernelModule) => void;
}

export class CodeCache {
  readonly #options: CodeOptions;
  readonly #known = new Map<string, KernelCode>();
  readonly modules: KernelModule[] = [];

  constructor(options: CodeOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#known.size;
  }

  /** The functions of these calls; what is new becomes one module. */
  load(calls: readonly Call[]): readonly KernelCode[] {
    const missing = new Map(calls.filter(({ key }) => !this.#known.has(key)).map((call) => [call.key, call]));
    if (missing.size > 0) this.#compile([...missing.values()]);
    return calls.map(({ key }) => this.#known.get(key)!);
  }

  #compile(calls: readonly Call[]): void {
    const { memory, shared, fma, onModule } = this.#options;
    const builder = new ModuleBuilder(shared ? { sharedPages: LARGEST_PAGES } : {});
    for (const [i, call] of calls.entries()) builder.add(call.emit({ fma }), `k${i}`);
    const bytes = builder.bytes();
    const { exports } = new webAssembly!.Instance(new webAssembly!.Module(bytes), { engine: { memory } });
    const module = { bytes, exports: calls.length };
    const index = this.modules.push(module) - 1;
    for (const [place, { key }] of calls.entries()) {
      const run = exports[`k${place}`] as KernelFunction;
      this.#known.set(key, { run, name: key.slice(0, 60), module: index, place });
    }
    onModule?.(module);
  }
}
