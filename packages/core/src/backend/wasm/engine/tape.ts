// A schedule made ready to run: code loaded, memory planned, argument blocks written. Running is a walk over a flat list of calls.
import { BackendError, InternalError } from "../../../errors/index.ts";
import { bytesOf, type DType } from "../../../program/dtype.ts";
import type { HostStep, LoopStep, Schedule, Step } from "../../../program/kernels/schedule.ts";
import { touchesOf } from "../../../program/kernels/touches.ts";
import { type Lifetime, type Plan, planMemory } from "../../../program/plan.ts";
import { emptyTensor } from "../../../program/tensor.ts";
import { type Call, type Emitted, layoutOf, WORKSPACE } from "../emitted.ts";
import type { Engine } from "./engine.ts";
import { rowPasses, type Stretch } from "./row-pass.ts";

/** One entry of the tape. */
export interface Entry {
  readonly step: number;
  run(): void;
  /** Some units of a kernel call. */
  readonly part?: (from: number, to: number) => void;
}

/** A word of an argument block that holds the address of a buffer plus bytes. */
interface Patch {
  readonly word: number; // index into the i32 view
  readonly bytes: number;
}

/** Where a buffer is: given by the owner of the tape, resident for as long as the tape, or a place in the arena. */
type Home = "external" | "constant" | { readonly offset: number };

export class Tape {
  readonly schedule: Schedule;
  readonly plan: Plan;
  readonly entries: readonly Entry[];
  readonly scratchBytes: number;
  readonly #engine: Engine;
  readonly #homes: Home[];
  readonly #addresses: number[];
  readonly #patches: Patch[][];
  readonly #owned: number[] = [];
  readonly #children: { tape: Tape; offset: number }[] = [];
  readonly #workspacePatches: readonly { word: number; offset: number }[];
  /** The first entry that may overwrite an argument; −1: none. */
  readonly #guarded: number;
  #base = -1;

  /**
   * Buffers in `external` (inputs always are) get their address from the owner before each run. From the step `overwritingFrom` on,
   * arguments may be overwritten.
   */
  constructor(
    engine: Engine,
    schedule: Schedule,
    external: ReadonlySet<number> = new Set(),
    overwritingFrom: number = Infinity,
  ) {
    this.#engine = engine;
    this.schedule = schedule;
    const native = schedule.steps.map((step) => (isKernel(step) ? engine.nativeProduct(step) : undefined));
    const emitted = schedule.steps.map((step, i): Emitted | undefined => {
      if (!isKernel(step)) return undefined;
      return native[i] === undefined ? engine.emit(step) : { calls: native[i].after, workspaceBytes: 0 };
    });
    const children = schedule.steps.map((step) => (step.kind === "rounds" ? new Tape(engine, step.body) : undefined));
    const outside = new Set([...schedule.inputs.filter((b) => b !== undefined), ...external]);
    const constants = new Set(schedule.constants.map(({ buffer }) => buffer));
    const passes = engine.settings.threads === 1 ? rowPasses(schedule.steps, emitted, overwritingFrom) : new Map();
    const { lifetimes, buffers, workspaces } = lifetimesOf(schedule, emitted, children, outside, constants, passes);
    this.plan = planMemory(lifetimes);
    this.#addresses = schedule.buffers.map(() => 0);
    this.#patches = schedule.buffers.map(() => []);
    this.#homes = schedule.buffers.map((_, b) => {
      if (outside.has(b)) return "external";
      if (constants.has(b)) return "constant";
      return { offset: buffers[b] === undefined ? 0 : this.plan.offsets[buffers[b]]! };
    });
    for (const { buffer, tensor } of schedule.constants) {
      const address = this.#own(tensor.data.byteLength);
      engine.memory.write(tensor.dtype, address, tensor.data);
      this.#addresses[buffer] = address;
    }
    const codes = engine.code.load(emitted.flatMap((e) => e?.calls ?? []));
    this.scratchBytes = Math.max(0, ...emitted.flatMap((e) => e?.calls ?? []).map((c) => c.scratchBytes));
    const arenaPatches: { word: number; offset: number }[] = [];
    let next = 0;
    const entries = schedule.steps.map((step, i): Entry[] => {
      const workspace = workspaces[i] === undefined ? 0 : this.plan.offsets[workspaces[i]]!;
      if (step.kind === "host")
        return [{ step: i, run: isScalar(step) ? this.#scalarHost(step) : () => this.#runHost(step) }];
      if (step.kind === "rounds") {
        const tape = children[i]!;
        this.#children.push({ tape, offset: workspace });
        return [{ step: i, run: () => this.#runRounds(step, tape) }];
      }
      const product = native[i];
      const addressOf = (buffer: number): number => this.#addresses[buffer]!;
      const foreign: Entry[] =
        product === undefined ? [] : [{ step: i, run: () => engine.runNative(product, addressOf) }];
      const calls = emitted[i]!.calls.map((call): Entry => {
        const code = codes[next++]!;
        const args = this.#writeBlock(call, workspace, arenaPatches);
        return {
          step: i,
          run: () => engine.dispatch(code, args, call),
          part: (from, to) => engine.dispatchPart(code, args, from, to),
        };
      });
      return [...foreign, ...calls];
    });
    for (const [first, stretches] of passes) passByRows(first, stretches, entries);
    this.entries = entries.flat();
    this.#guarded = this.entries.findIndex(({ step }) => step >= overwritingFrom);
    this.#workspacePatches = arenaPatches;
    for (const [b, home] of this.#homes.entries()) if (home === "constant") this.#apply(b);
  }

  /** Puts all temporaries at their places in an arena that starts here. */
  setBase(address: number): void {
    if (address === this.#base) return;
    this.#base = address;
    for (const [b, home] of this.#homes.entries()) {
      if (typeof home === "object") this.setBuffer(b, address + home.offset);
    }
    const words = this.#engine.memory.whole("i32");
    for (const { word, offset } of this.#workspacePatches) words[word] = address + offset;
    for (const { tape, offset } of this.#children) tape.setBase(address + offset);
  }

  /** Tells the kernels where a buffer is. */
  setBuffer(buffer: number, address: number): void {
    if (this.#addresses[buffer] === address) return;
    this.#addresses[buffer] = address;
    this.#apply(buffer);
  }

  addressOf(buffer: number): number {
    return this.#addresses[buffer]!;
  }

  /**
   * `observe` is told of each entry when it starts and when it has ended. Returns false, before anything has been overwritten, when a
   * kernel said that the program cannot go on.
   */
  run(observe?: (entry: Entry, ended: boolean) => void): boolean {
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i]!;
      if (i === this.#guarded && this.#engine.status !== 0) return false;
      observe?.(entry, false);
      entry.run();
      observe?.(entry, true);
    }
    return true;
  }

  /** Gives back what the tape holds outside of the arena. */
  release(): void {
    for (const address of this.#owned) this.#engine.memory.heap.release(address);
    for (const { tape } of this.#children) tape.release();
  }

  /** Addresses that live as long as the tape, for a finalizer that must not hold the tape. */
  get owned(): readonly number[] {
    return [...this.#owned, ...this.#children.flatMap(({ tape }) => tape.owned)];
  }

  #own(bytes: number): number {
    const address = this.#engine.memory.heap.allocate(bytes);
    this.#owned.push(address);
    return address;
  }

  #apply(buffer: number): void {
    const words = this.#engine.memory.whole("i32");
    const address = this.#addresses[buffer]!;
    for (const { word, bytes } of this.#patches[buffer]!) words[word] = address + bytes;
  }

  #writeBlock(call: Call, workspace: number, arenaPatches: { word: number; offset: number }[]): number {
    const { offsets, bytes } = layoutOf(call.words);
    const block = this.#own(bytes);
    const { memory } = this.#engine;
    for (const [i, word] of call.words.entries()) {
      const at = block + offsets[i]!;
      switch (word.kind) {
        case "address":
          if (word.buffer === WORKSPACE) arenaPatches.push({ word: at / 4, offset: workspace + word.bytes });
          else this.#patches[word.buffer]!.push({ word: at / 4, bytes: word.bytes });
          break;
        case "i64":
          new DataView(memory.memory.buffer).setBigInt64(at, word.value, true);
          break;
        default:
          memory.whole(word.kind)[at / bytesOf(word.kind)] = word.value;
      }
    }
    return block;
  }

  /** Numbers in, a number out: nothing is made anew at each run. */
  #scalarHost({ primitive, params, inputs, output }: HostStep): () => void {
    const { memory } = this.#engine;
    const tensors = inputs.map(({ shape, dtype }) => emptyTensor({ shape, dtype, weak: false }));
    const result = emptyTensor({ shape: output.shape, dtype: output.dtype, weak: false });
    return () => {
      for (const [i, { buffer, dtype }] of inputs.entries()) {
        tensors[i]!.data[0] = memory.whole(dtype)[this.#addresses[buffer]! / bytesOf(dtype)]!;
      }
      primitive.evaluate(tensors, result, params);
      memory.whole(output.dtype)[this.#addresses[output.buffer]! / bytesOf(output.dtype)] = result.data[0]!;
    };
  }

  #runHost({ primitive, params, inputs, output }: HostStep): void {
    const { memory } = this.#engine;
    // Copies, because a rule may keep what it is given, and the memory may grow while it runs.
    const tensors = inputs.map(({ buffer, shape, dtype }) => ({
      shape,
      dtype,
      weak: false,
      data: memory.read(dtype, this.#addresses[buffer]!, sizeOf(shape)),
    }));
    const result = emptyTensor({ shape: output.shape, dtype: output.dtype, weak: false });
    primitive.evaluate(tensors, result, params);
    memory.write(output.dtype, this.#addresses[output.buffer]!, result.data);
  }

  #runRounds(step: LoopStep, tape: Tape): void {
    const { memory } = this.#engine;
    const inside = tape.schedule;
    const width = (buffer: number): number => bytesOf(inside.buffers[buffer]!.dtype);
    const inputOf = (index: number): number | undefined => inside.inputs[index];
    const copy = (from: number, to: number, bytes: number): void => {
      if (from !== to) memory.whole("bool").copyWithin(to, from, from + bytes);
    };
    const outputOf = (index: number): { address: number; bytes: number } => {
      const output = inside.outputs[index]!;
      if (!("buffer" in output))
        throw new InternalError("rounds: a result of the body is a constant without a buffer.");
      return {
        address: tape.addressOf(output.buffer),
        bytes: sizeOf(output.shape) * bytesOf(output.dtype),
      };
    };
    for (const { from, input } of step.shared) {
      const buffer = inputOf(input);
      if (buffer !== undefined) tape.setBuffer(buffer, this.#addresses[from]!);
    }
    // Carries live in the buffers that the results go to, so that they are in place after the last round.
    for (const { from, input, to } of step.carries) {
      const bytes = this.schedule.buffers[to]!.size * bytesOf(this.schedule.buffers[to]!.dtype);
      copy(this.#addresses[from]!, this.#addresses[to]!, bytes);
      const buffer = inputOf(input);
      if (buffer !== undefined) tape.setBuffer(buffer, this.#addresses[to]!);
    }
    for (let round = 0; round < step.count; round++) {
      const index = step.reverse ? step.count - 1 - round : round;
      for (const { from, input, size } of step.rows) {
        const buffer = inputOf(input);
        if (buffer !== undefined) tape.setBuffer(buffer, this.#addresses[from]! + index * size * width(buffer));
      }
      tape.run();
      if (step.test !== undefined && memory.whole("bool")[outputOf(step.test).address] === 0) return;
      for (const { output, to, size } of step.results) {
        const { address, bytes } = outputOf(output);
        copy(address, this.#addresses[to]! + index * size * (bytes / Math.max(1, size)), bytes);
      }
      const moved = step.carries.map(({ output }) => outputOf(output));
      // A carry that is another carry's start must be read before it is overwritten.
      const start = new Set(step.carries.map(({ to }) => this.#addresses[to]!));
      const kept = moved.map(({ address, bytes }) =>
        start.has(address) ? memory.whole("bool").slice(address, address + bytes) : undefined,
      );
      for (const [i, { to }] of step.carries.entries()) {
        const target = this.#addresses[to]!;
        if (kept[i] !== undefined) memory.whole("bool").set(kept[i], target);
        else copy(moved[i]!.address, target, moved[i]!.bytes);
      }
    }
  }
}

/** Three steps that go over the rows of one large matrix become one entry that goes over them block by block. */
function passByRows(first: number, stretches: readonly Stretch[], entries: Entry[][]): void {
  const three = [entries[first]!, entries[first + 1]!, entries[first + 2]!];
  const parts = stretches.map(({ step, call, from, to }) => ({ part: three[step]![call]!.part!, from, to }));
  entries[first] = [
    {
      step: first,
      run: () => {
        for (const { part, from, to } of parts) part(from, to);
      },
    },
  ];
  entries[first + 1] = [];
  entries[first + 2] = [];
}

function isKernel(step: Step): step is Exclude<Step, HostStep | LoopStep> {
  return step.kind !== "host" && step.kind !== "rounds";
}

function isScalar({ inputs, output }: HostStep): boolean {
  return [...inputs, output].every(({ shape }) => shape.length === 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Lifetimes of what lives in the arena: temporaries, workspaces of kernels, arenas of bodies. */
function lifetimesOf(
  schedule: Schedule,
  emitted: readonly (Emitted | undefined)[],
  children: readonly (Tape | undefined)[],
  outside: ReadonlySet<number>,
  constants: ReadonlySet<number>,
  passes: ReadonlyMap<number, unknown>,
): {
  lifetimes: Lifetime[];
  /** The lifetime of a buffer. */
  buffers: (number | undefined)[];
  /** The lifetime of the workspace of a step. */
  workspaces: (number | undefined)[];
} {
  const first: (number | undefined)[] = schedule.buffers.map(() => undefined);
  const last: number[] = schedule.buffers.map(() => -1);
  // The steps of a row pass run at the same time.
  const passOf = (i: number): number | undefined => [i, i - 1, i - 2].find((start) => passes.has(start));
  const begin = (i: number): number => passOf(i) ?? i;
  const end = (i: number): number => (passOf(i) ?? i - 2) + 2;
  for (const [i, step] of schedule.steps.entries()) {
    const { reads, writes } = touchesOf(step);
    for (const b of [...reads, ...writes]) {
      first[b] ??= begin(i);
      last[b] = end(i);
    }
  }
  for (const output of schedule.outputs) {
    if (!("buffer" in output)) continue;
    first[output.buffer] ??= 0;
    last[output.buffer] = schedule.steps.length;
  }
  const lifetimes: Lifetime[] = [];
  const buffers = schedule.buffers.map(({ dtype, size }, b) => {
    if (outside.has(b) || constants.has(b) || first[b] === undefined) return undefined;
    return lifetimes.push({ bytes: size * bytesOf(dtype), from: first[b], to: last[b]! }) - 1;
  });
  const workspaces = schedule.steps.map((_, i) => {
    const bytes = emitted[i]?.workspaceBytes ?? children[i]?.plan.peak ?? 0;
    return bytes === 0 ? undefined : lifetimes.push({ bytes, from: begin(i), to: end(i) }) - 1;
  });
  return { lifetimes, buffers, workspaces };
}

/** @throws BackendError "out-of-memory" naming the largest buffers of a plan that cannot be placed. */
export function outOfMemory(tape: Tape, cause: unknown): BackendError {
  const { buffers } = tape.schedule;
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const bytes = (b: { dtype: DType; size: number }): number => b.size * bytesOf(b.dtype);
  const largest = [...buffers].sort((a, b) => bytes(b) - bytes(a)).slice(0, 10);
  const names = largest.map((b) => `${b.dtype} of ${b.size} (${mib(bytes(b))})`).join(", ");
  return new BackendError(
    `The program needs an arena of ${mib(tape.plan.peak)}, which the engine has no room for (4 GiB at most, with inputs and results). Its largest arrays: ${names}. Work in batches, or in f32.`,
    { code: "out-of-memory", backend: "wasm", cause },
  );
}
