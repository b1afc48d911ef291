/**
 * Threads that work on calls together.
 *
 * All threads have the same memory and the same modules. A call is cut into parts by its shape; whoever is free takes the next part
 * from an atomic counter. Kernels give the same bits for any cut, so the number of threads never shows in results.
 *
 *     caller    writes the call, opens the gate, wakes sleepers, takes parts, closes the gate when nobody is inside
 *     worker    polls the epoch, sleeps after 20,000 polls; enters through the gate, takes parts, leaves
 *
 * A worker that still sleeps or compiles does not enter, and nobody waits for it. A worker that starts joins at some later call:
 * until then the caller works alone. Workers are not referenced, so a process ends whatever they do.
 */
import { BackendError } from "../../../errors/index.ts";
import type { WasmMemory } from "../web-assembly.ts";
import { CLOSED, CONTROL, CONTROL_WORDS, POLLS } from "./control.ts";
import { type StartedWorker, startWorker } from "./start-worker.ts";

export interface PoolOptions {
  /** Shared. */
  readonly memory: WasmMemory;
  /** How many threads in all, the calling one included. */
  readonly threads: number;
  /** A place in the memory for good, aligned to 8 bytes. */
  readonly allocate: (bytes: number) => number;
}

/** A function of an added module. */
export interface PoolFunction {
  /** The instance of this thread. */
  readonly run: (args: number, from: number, to: number, scratch: number) => void;
  /** Its number: the one that `addModule` returned plus its place among the exports. */
  readonly id: number;
  /** For messages. */
  readonly name: string;
}

export interface PoolCall {
  readonly args: number;
  readonly units: number;
  readonly grain: number;
  /** Thread t works at scratch + t·scratchStride; the caller is thread 0. */
  readonly scratch: number;
  readonly scratchStride: number;
}

/** Parts are as long as the grain allows, but so many that threads of unlike speed finish together. */
const PARTS = 64;

export class ThreadPool {
  readonly threads: number;
  readonly #memory: WasmMemory;
  readonly #allocate: (bytes: number) => number;
  readonly #control: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  readonly #workers: StartedWorker[];
  #functions = 0;
  #lastModule = 0;

  /** Starts `threads` − 1 workers, or fewer where the platform refuses. */
  constructor({ memory, threads, allocate }: PoolOptions) {
    this.threads = threads;
    this.#memory = memory;
    this.#allocate = allocate;
    const control = this.#control;
    control[CONTROL.gate] = CLOSED;
    this.#workers = [];
    for (let index = 1; index < threads; index++) {
      // the handler may not hold the pool: a dropped pool ends its workers
      const worker = startWorker({ memory, control, index }, () => undefined);
      if (worker === undefined) break;
      this.#workers.push(worker);
    }
    dropped.register(this, { control, workers: this.#workers }, this);
  }

  /** Threads that can work now, the calling one included. */
  get ready(): number {
    return 1 + Atomics.load(this.#control, CONTROL.ready);
  }

  /**
   * Makes the exports of a module (all functions, none named like an integer) known to all threads, in their order; returns the
   * number of the first. The module imports the memory as "engine"."memory", and stays for as long as the pool.
   */
  addModule(bytes: Uint8Array, exports: number): number {
    const control = this.#control;
    const node = this.#allocate(8 + bytes.length);
    const words = new Int32Array(this.#memory.buffer);
    words[node / 4] = 0;
    words[node / 4 + 1] = bytes.length;
    new Uint8Array(this.#memory.buffer).set(bytes, node + 8);
    if (this.#lastModule === 0) Atomics.store(control, CONTROL.firstModule, node);
    else Atomics.store(words, this.#lastModule / 4, node);
    this.#lastModule = node;
    Atomics.add(control, CONTROL.modules, 1);
    this.#wake();
    this.#functions += exports;
    return this.#functions - exports;
  }

  /**
   * Runs all units and returns when they are done.
   * @throws BackendError "kernel" when the function traps, here or in a worker; the pool stays usable.
   */
  run(code: PoolFunction, { args, units, grain, scratch, scratchStride }: PoolCall): void {
    if (units <= grain || this.ready === 1) {
      inKernel(code, () => code.run(args, 0, units, scratch));
      return;
    }
    const control = this.#control;
    const part = grain * Math.max(1, Math.floor(units / grain / PARTS));
    control[CONTROL.task] = code.id;
    control[CONTROL.args] = args;
    control[CONTROL.units] = units;
    control[CONTROL.part] = part;
    control[CONTROL.scratch] = scratch;
    control[CONTROL.scratchStride] = scratchStride;
    Atomics.store(control, CONTROL.next, 0);
    Atomics.sub(control, CONTROL.gate, CLOSED); // open: workers that are turning back stay counted
    this.#wake();
    try {
      inKernel(code, () => {
        for (;;) {
          const from = Atomics.add(control, CONTROL.next, 1) * part;
          if (from >= units) return;
          code.run(args, from, Math.min(units, from + part), scratch);
        }
      });
    } finally {
      Atomics.store(control, CONTROL.next, units); // also after a trap: nobody begins another part
      this.#close();
    }
    const length = Atomics.exchange(control, CONTROL.failed, 0);
    if (length > 0) {
      const text = String.fromCharCode(...control.subarray(CONTROL.message, CONTROL.message + length));
      throw kernelError(code, text);
    }
  }

  /** Resolves when all workers that were started can work. */
  async whenReady(): Promise<void> {
    while (this.ready <= this.#workers.length) {
      await new Promise<void>((resolve) => {
        const { setTimeout } = globalThis as unknown as { setTimeout(f: () => void, ms: number): void };
        setTimeout(resolve, 1);
      });
    }
  }

  /** Sleeps until all workers can work, at most so long; returns `ready`. Does nothing where this thread may not sleep. */
  waitReady(milliseconds: number): number {
    for (let now = this.ready; now <= this.#workers.length && mayWait(); now = this.ready) {
      if (Atomics.wait(this.#control, CONTROL.ready, now - 1, milliseconds) === "timed-out") break;
    }
    return this.ready;
  }

  /** Ends the workers. Later calls run on the calling thread. */
  close(): void {
    end(this.#control, this.#workers);
    dropped.unregister(this);
  }

  #wake(): void {
    Atomics.add(this.#control, CONTROL.epoch, 1);
    if (Atomics.load(this.#control, CONTROL.sleeping) > 0) Atomics.notify(this.#control, CONTROL.epoch);
  }

  /** Waits until nobody is inside, and closes the gate in the same moment. */
  #close(): void {
    const control = this.#control;
    for (let polls = 0; ; polls++) {
      const inside = Atomics.compareExchange(control, CONTROL.gate, 0, CLOSED);
      if (inside === 0) return;
      if (polls < POLLS || !mayWait()) continue;
      Atomics.store(control, CONTROL.callerSleeps, 1);
      Atomics.wait(control, CONTROL.gate, inside, 1);
      Atomics.store(control, CONTROL.callerSleeps, 0);
    }
  }
}

function inKernel(code: PoolFunction, run: () => void): void {
  try {
    run();
  } catch (cause) {
    throw kernelError(code, String(cause), cause);
  }
}

function kernelError({ name }: PoolFunction, text: string, cause?: unknown): BackendError {
  const message = `The kernel "${name}" failed: ${text}. This is a mistake in steepest: please report it with the lines that lead here.`;
  return new BackendError(message, { code: "kernel", backend: "wasm", cause });
}

interface Held {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly workers: StartedWorker[];
}

/** Ends the workers of a pool that nobody holds any more. */
const dropped: FinalizationRegistry<Held> = new FinalizationRegistry(({ control, workers }) => end(control, workers));

function end(control: Int32Array<SharedArrayBuffer>, workers: StartedWorker[]): void {
  Atomics.store(control, CONTROL.stop, 1);
  Atomics.store(control, CONTROL.ready, 0);
  Atomics.add(control, CONTROL.epoch, 1);
  Atomics.notify(control, CONTROL.epoch);
  for (const worker of workers.splice(0)) worker.terminate();
}

let waits: boolean | undefined;

/** The main thread of a page may not sleep. */
function mayWait(): boolean {
  if (waits === undefined) {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
      waits = true;
    } catch {
      waits = false;
    }
  }
  return waits;
}
