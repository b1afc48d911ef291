// One compiled program with its inputs and outputs: what is uploaded, what stays, what is copied out.
import { bytesOf } from "../../../program/dtype.ts";
import type { BufferArray, Schedule } from "../../../program/kernels/schedule.ts";
import { sizeOf } from "../../../program/shape.ts";
import type { Tensor } from "../../../program/tensor.ts";
import type { Engine } from "./engine.ts";
import { Lease, ResidentTensor, residentOf } from "./resident.ts";
import { type Entry, Tape } from "./tape.ts";

/** Where an input is put when it has no place of its own: one slot per input, kept between calls. */
interface Slot {
  readonly buffer: number;
  address: number | undefined;
  /** What is there now; the same tensor is not copied again. */
  holds: WeakRef<Tensor> | undefined;
}

export interface RunStats {
  /** Typed arrays made by the last run: its results that were copied out. */
  readonly allocations: number;
  /** Bytes copied in and out by the last run. */
  readonly copiedBytes: number;
}

export class Runner {
  readonly tape: Tape;
  readonly #engine: Engine;
  readonly #schedule: Schedule;
  readonly #slots: readonly (Slot | undefined)[];
  /** Outputs that stay in the engine, each with the donated input that it follows. */
  readonly #pairs: ReadonlyMap<number, number>;
  readonly #donated: readonly boolean[];
  /** Served a call whose results have all been donated since. */
  #spare: Lease | undefined;
  #allocations = 0;
  #copied = 0;

  /** `donated`: inputs that calls hand over; results of the same shape and width take their turn, in order. */
  constructor(engine: Engine, schedule: Schedule, donated: readonly boolean[], inputs: readonly Tensor[]) {
    this.#engine = engine;
    this.#schedule = schedule;
    this.#donated = donated;
    this.#pairs = pairUp(schedule, donated, inputs);
    const kept = [...this.#pairs.keys()].map((i) => (schedule.outputs[i] as BufferArray).buffer);
    this.tape = new Tape(engine, schedule, new Set(kept));
    this.#slots = schedule.inputs.map((buffer) =>
      buffer === undefined ? undefined : { buffer, address: undefined, holds: undefined },
    );
    engine.ensureScratch(this.tape.scratchBytes);
    engine.releaseWith(this, this.tape, this.#slots);
  }

  get stats(): RunStats {
    return { allocations: this.#allocations, copiedBytes: this.#copied };
  }

  /** `undefined` when a kernel said that it cannot go on. */
  run(inputs: readonly Tensor[], observe?: (entry: Entry, ended: boolean) => void): readonly Tensor[] | undefined {
    const { memory } = this.#engine;
    this.#allocations = 0;
    this.#copied = 0;
    for (const [i, slot] of this.#slots.entries()) {
      if (slot !== undefined) this.tape.setBuffer(slot.buffer, this.#place(inputs[i]!, slot));
    }
    const kept = new Map<number, ResidentTensor>();
    if (this.#pairs.size > 0) {
      const lease = this.#spare ?? new Lease(memory);
      this.#spare = undefined;
      for (const i of this.#pairs.keys()) {
        const { buffer, shape, dtype } = this.#schedule.outputs[i] as BufferArray;
        const address = lease.take(sizeOf(shape) * bytesOf(dtype));
        this.tape.setBuffer(buffer, address);
        kept.set(i, new ResidentTensor(lease, shape, dtype, address));
      }
    }
    const arena = this.#engine.enter(this.tape);
    try {
      this.tape.setBase(arena);
      this.tape.run(observe);
      if (this.#engine.takeStatus() !== 0) return undefined;
      const results = this.#schedule.outputs.map((output, i) => kept.get(i) ?? this.#copyOut(output, inputs));
      for (const [i, tensor] of inputs.entries()) {
        if (this.#donated[i] === true && tensor instanceof ResidentTensor && !results.includes(tensor))
          tensor.release();
      }
      return results;
    } finally {
      this.#engine.leave(arena);
    }
  }

  #copyOut(output: Schedule["outputs"][number], inputs: readonly Tensor[]): Tensor {
    if (!("buffer" in output)) return output.tensor;
    const from = this.#schedule.inputs.indexOf(output.buffer);
    if (from !== -1 && inputs[from]!.shape === output.shape) return inputs[from]!;
    const { shape, dtype } = output;
    const data = this.#engine.memory.read(dtype, this.tape.addressOf(output.buffer), sizeOf(shape));
    this.#allocations++;
    this.#copied += data.byteLength;
    return { shape, dtype, weak: false, data };
  }

  /** The address where a tensor can be read. */
  #place(tensor: Tensor, slot: Slot): number {
    const { memory, uploads } = this.#engine;
    const resident = residentOf(tensor, memory) ?? uploads.get(tensor);
    if (resident?.address !== undefined) return resident.address;
    const before = slot.holds?.deref();
    if (before === tensor) return slot.address!;
    // Tensors that come back are worth a place of their own: two that alternate would be copied at every call.
    if (before !== undefined && uploads.hasSeen(tensor)) {
      const place = uploads.keep(tensor);
      this.#copied += tensor.data.byteLength;
      return place;
    }
    slot.address ??= memory.heap.allocate(sizeOf(tensor.shape) * bytesOf(tensor.dtype));
    memory.write(tensor.dtype, slot.address, tensor.data);
    this.#copied += tensor.data.byteLength;
    slot.holds = tensor.data.byteLength > SMALL ? new WeakRef(tensor) : undefined;
    if (tensor.data.byteLength > SMALL) uploads.saw(tensor);
    return slot.address;
  }
}

/** Up to this many bytes copying costs less than remembering. */
const SMALL = 1024;

function pairUp(schedule: Schedule, donated: readonly boolean[], inputs: readonly Tensor[]): Map<number, number> {
  const pairs = new Map<number, number>();
  const free = new Set(schedule.inputs.flatMap((_, i) => (donated[i] === true ? [i] : [])));
  const taken = new Set<number>();
  for (const [i, output] of schedule.outputs.entries()) {
    if (!("buffer" in output) || taken.has(output.buffer) || schedule.inputs.includes(output.buffer)) continue;
    const match = [...free].find((k) => inputs[k]!.dtype === output.dtype && sameShape(inputs[k]!.shape, output.shape));
    if (match === undefined) continue;
    free.delete(match);
    taken.add(output.buffer);
    pairs.set(i, match);
  }
  return pairs;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}
