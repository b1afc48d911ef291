// The engine: one memory, the code in it, the arena that programs share, and how calls are run.
import { InternalError } from "../../../errors/index.ts";
import type { Kernel } from "../../../program/kernels/kernel.ts";
import type { Schedule } from "../../../program/kernels/schedule.ts";
import type { Tensor } from "../../../program/tensor.ts";
import { type Call, type Emitted, STATUS_ADDRESS } from "../emitted.ts";
import { emitKernel } from "../loops/index.ts";
import { emitMatmul } from "../matmul/index.ts";
import { CodeCache, type KernelCode } from "./code.ts";
import { EngineMemory } from "./memory.ts";
import { Runner } from "./runner.ts";
import type { Tape } from "./tape.ts";
import { outOfMemory } from "./tape.ts";
import { Uploads } from "./uploads.ts";

export interface EngineSettings {
  readonly fma: boolean;
  /** A memory that threads can share. */
  readonly shared: boolean;
}

export class Engine {
  readonly settings: EngineSettings;
  readonly memory: EngineMemory;
  readonly code: CodeCache;
  readonly uploads: Uploads;
  #arena = { address: 0, bytes: 0 };
  #scratch = { address: 0, bytes: 0 };
  #depth = 0;
  /** What dropped programs held. */
  readonly #collected = new FinalizationRegistry<() => readonly number[]>((held) => {
    for (const address of held()) this.memory.heap.release(address);
  });

  constructor(settings: EngineSettings) {
    this.settings = settings;
    this.memory = new EngineMemory(settings);
    this.code = new CodeCache({ memory: this.memory.memory, shared: settings.shared, fma: settings.fma });
    this.uploads = new Uploads(this.memory);
  }

  emit(kernel: Kernel): Emitted {
    return kernel.kind === "matmul" ? emitMatmul(kernel) : emitKernel(kernel);
  }

  prepare(schedule: Schedule, donated: readonly boolean[], inputs: readonly Tensor[]): Runner {
    return new Runner(this, schedule, donated, inputs);
  }

  dispatch(code: KernelCode, args: number, call: Call): void {
    code.run(args, 0, call.units, this.#scratch.address);
  }

  ensureScratch(bytes: number): void {
    if (bytes <= this.#scratch.bytes) return;
    if (this.#scratch.address !== 0) this.memory.heap.release(this.#scratch.address);
    this.#scratch = { address: this.memory.heap.allocate(bytes), bytes };
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

  /** What kernels left in the status word; clears it. */
  takeStatus(): number {
    const words = this.memory.whole("i32");
    const status = words[STATUS_ADDRESS / 4]!;
    words[STATUS_ADDRESS / 4] = 0;
    return status;
  }

  /** Releases what a program holds in the memory when nobody holds the program any more. */
  releaseWith(owner: object, tape: Tape, slots: readonly ({ address: number | undefined } | undefined)[]): void {
    const { owned } = tape;
    this.#collected.register(owner, () => [...owned, ...slots.flatMap((slot) => slot?.address ?? [])]);
  }
}
