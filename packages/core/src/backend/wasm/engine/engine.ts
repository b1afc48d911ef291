// The engine: one memory, the code in it, the arena that programs share, and how calls are run.
import { InternalError } from "../../../errors/index.ts";
import type { Kernel } from "../../../program/kernels/kernel.ts";
import type { Schedule } from "../../../program/kernels/schedule.ts";
import type { Tensor } from "../../../program/tensor.ts";
import type { NativeProduct, NativeTier } from "../../native/index.ts";
import { type Call, type Emitted, STATUS_ADDRESS } from "../emitted.ts";
import { emitKernel } from "../loops/index.ts";
import { emitMatmul } from "../matmul/index.ts";
import { ThreadPool } from "../threads/index.ts";
import { CodeCache, type KernelCode, type KernelModule } from "./code.ts";
import { aligned } from "./heap.ts";
import { EngineMemory } from "./memory.ts";
import { withRowPasses } from "./row-pass.ts";
import { Runner } from "./runner.ts";
import type { Tape } from "./tape.ts";
import { outOfMemory } from "./tape.ts";
import { Uploads } from "./uploads.ts";

export interface EngineSettings {
  readonly fma: boolean;
  /** A memory that threads can share. */
  readonly shared: boolean;
  /** In all, the calling one included; more than one needs a shared memory. */
  readonly threads: number;
  /** Products of matrices by a library of the system. */
  readonly native: NativeTier | undefined;
}

/** Calls that take less are not worth waking others: nanoseconds on one thread. */
const WORTH_SHARING = 20_000;
/** Threads are started when so much work has come that they could have shared: short programs do without. */
const WORTH_STARTING = 30_000_000;

export class Engine {
  readonly settings: EngineSettings;
  readonly memory: EngineMemory;
  readonly code: CodeCache;
  readonly uploads: Uploads;
  #arena = { address: 0, bytes: 0 };
  #scratch = { address: 0, bytes: 0 };
  #depth = 0;
  #pool: ThreadPool | undefined;
  /** Numbers of the first function of each module in the pool. */
  readonly #starts: number[] = [];
  #sharable = 0;
  #nativeBase = { buffer: undefined as ArrayBufferLike | undefined, address: 0 };
  /** What dropped programs held. */
  readonly #collected = new FinalizationRegistry<() => readonly number[]>((held) => {
    for (const address of held()) this.memory.heap.release(address);
  });

  constructor(settings: EngineSettings) {
    this.settings = settings;
    this.memory = new EngineMemory(settings);
    this.code = new CodeCache({
      memory: this.memory.memory,
      shared: settings.shared,
      fma: settings.fma,
      onModule: (module) => this.#publish(module),
    });
    this.uploads = new Uploads(this.memory);
  }

  emit(kernel: Kernel): Emitted {
    return kernel.kind === "matmul" ? emitMatmul(kernel) : emitKernel(kernel);
  }

  prepare(schedule: Schedule, donated: readonly boolean[], inputs: readonly Tensor[]): Runner {
    return new Runner(this, this.settings.threads === 1 ? withRowPasses(schedule) : schedule, donated, inputs);
  }

  /** Some units of a call, by this thread. */
  dispatchPart(code: KernelCode, args: number, from: number, to: number): void {
    code.run(args, from, to, this.#scratch.address);
  }

  /** One call, by all threads if that pays. */
  dispatch(code: KernelCode, args: number, { units, grain, cost }: Call): void {
    const { address, bytes } = this.#scratch;
    if (cost < WORTH_SHARING || this.settings.threads === 1 || units <= grain) {
      code.run(args, 0, units, address);
      return;
    }
    this.#sharable += cost;
    if (this.#pool === undefined && this.#sharable > WORTH_STARTING) this.startThreads();
    if (this.#pool === undefined) {
      code.run(args, 0, units, address);
      return;
    }
    const id = this.#starts[code.module]! + code.place;
    this.#pool.run(
      { run: code.run, id, name: code.name },
      { args, units, grain, scratch: address, scratchStride: bytes },
    );
  }

  /** Starts the threads now; `undefined` where there is but one. */
  startThreads(): ThreadPool | undefined {
    const { threads } = this.settings;
    if (this.#pool !== undefined || threads === 1) return this.#pool;
    const { memory, heap } = this.memory;
    this.#pool = new ThreadPool({ memory, threads, allocate: (bytes) => heap.allocate(bytes) });
    for (const module of this.code.modules) this.#publish(module);
    return this.#pool;
  }

  #publish({ bytes, exports }: KernelModule): void {
    if (this.#pool !== undefined) this.#starts.push(this.#pool.addModule(bytes, exports));
  }

  /** The product by the library of the system, if there is one and it pays. */
  nativeProduct(kernel: Kernel): NativeProduct | undefined {
    return kernel.kind === "matmul" ? this.settings.native?.product(kernel) : undefined;
  }

  runNative(product: NativeProduct, addressOf: (buffer: number) => number): void {
    const { memory } = this.memory;
    if (this.#nativeBase.buffer !== memory.buffer) {
      this.#nativeBase = { buffer: memory.buffer, address: this.settings.native!.baseOf(memory) };
    }
    product.run(this.#nativeBase.address, addressOf);
  }

  /** Room for what each thread needs for itself. */
  ensureScratch(bytes: number): void {
    if (bytes <= this.#scratch.bytes) return;
    const stride = aligned(bytes);
    if (this.#scratch.address !== 0) this.memory.heap.release(this.#scratch.address);
    this.#scratch = { address: this.memory.heap.allocate(stride * this.settings.threads), bytes: stride };
  }

  /** The arena for a run of this tape. A program that runs inside of another (from a host step) gets one of its own. */
  enter(tape: Tape): number {
    const bytes = tape.plan.peak;
    this.#depth++;
    try {
      if (this.#depth > 1) return this.memory.heap.allocate(bytes);
      if (bytes > this.#arena.bytes) {
        if (this.#arena.address !== 0) this.memory.heap.release(this.#arena.address);
        this.#arena = { address: 0, bytes: 0 };
        this.#arena = { address: this.memory.heap.allocate(bytes), bytes };
      }
      return this.#arena.address;
    } catch (cause) {
      this.#depth--;
      throw outOfMemory(tape, cause);
    }
  }

  leave(arena: number): void {
    this.#depth--;
    if (this.#depth < 0) throw new InternalError("engine: more runs ended than began.");
    if (this.#depth > 0) this.memory.heap.release(arena);
  }

  /** What kernels have left in the status word. */
  get status(): number {
    return this.memory.whole("i32")[STATUS_ADDRESS / 4]!;
  }

  /** The same, cleared. */
  takeStatus(): number {
    const { status } = this;
    if (status !== 0) this.memory.whole("i32")[STATUS_ADDRESS / 4] = 0;
    return status;
  }

  /** Releases what a program holds in the memory when nobody holds the program any more. */
  releaseWith(owner: object, tape: Tape, slots: readonly ({ address: number | undefined } | undefined)[]): void {
    const { owned } = tape;
    this.#collected.register(owner, () => [...owned, ...slots.flatMap((slot) => slot?.address ?? [])]);
  }
}
