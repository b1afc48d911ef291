// One compiled program with its inputs and outputs: what is uploaded, what stays, what is copied out.
import { bytesOf, type DType } from "../../../program/dtype.ts";
import type { BufferArray, Schedule } from "../../../program/kernels/schedule.ts";
import { type Shape, sizeOf } from "../../../program/shape.ts";
import type { Tensor } from "../../../program/tensor.ts";
import type { Engine } from "./engine.ts";
import { inPlacePairs } from "./in-place.ts";
import { Lease, ResidentTensor, residentOf } from "./resident.ts";
import { type Entry, Tape } from "./tape.ts";

/** Where an input is put when it has no place of its own: one slot per input, kept between calls. */
interface Slot {
  readonly buffer: number;
  address: number | undefined;
  /** What is there now; the same tensor is not copied again. */
  holds: WeakRef<Tensor> | undefined;
}

/** A result that stays in the engine. */
interface Place {
  readonly output: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly address: number;
  /** The argument that is overwritten. */
  readonly from: ResidentTensor | undefined;
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
  /** Those of them that overwrite it, with the step that does. */
  readonly #inPlace: ReadonlyMap<number, number>;
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
    this.#inPlace = inPlacePairs(schedule, this.#pairs);
    this.tape = new Tape(engine, schedule, new Set(kept), Math.min(...this.#inPlace.values()));
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
    const lease = this.#pairs.size === 0 ? undefined : (this.#spare ?? new Lease(memory));
    this.#spare = undefined;
    const places: Place[] = [];
    let arena: number | undefined;
    let results: readonly Tensor[] | undefined;
    try {
      for (const [output, input] of this.#pairs) places.push(this.#placeOf(output, input, inputs, lease!));
      arena = this.#engine.enter(this.tape);
      this.tape.setBase(arena);
      if (this.tape.run(observe) && this.#engine.status === 0) results = this.#results(inputs, places, lease);
      return results;
    } finally {
      if (arena !== undefined) this.#engine.leave(arena);
      if (results === undefined) this.#giveBack(places, lease);
    }
  }

  /** After a call without results, whatever the reason: new places are free again, and the next call begins anew. */
  #giveBack(places: readonly Place[], lease: Lease | undefined): void {
    this.#engine.takeStatus();
    for (const { address, from } of places) if (from === undefined) lease!.release(address);
    this.#spare = lease;
  }

  /** Where a result goes that stays: into the place of the argument that it follows, or a new one. */
  #placeOf(output: number, input: number, inputs: readonly Tensor[], lease: Lease): Place {
    const { memory } = this.#engine;
    const { buffer, shape, dtype } = this.#schedule.outputs[output] as BufferArray;
    const argument = inputs[input]!;
    const given = this.#inPlace.has(output) ? residentOf(argument, memory) : undefined;
    const from = given !== undefined && inputs.indexOf(argument) === inputs.lastIndexOf(argument) ? given : undefined;
    const address = from?.address ?? lease.take(sizeOf(shape) * bytesOf(dtype));
    this.tape.setBuffer(buffer, address);
    return { output, shape, dtype, address, from };
  }

  #results(inputs: readonly Tensor[], places: readonly Place[], lease: Lease | undefined): readonly Tensor[] {
    const results = new Array<Tensor>(this.#schedule.outputs.length);
    for (const { output, shape, dtype, address, from } of places) {
      if (from !== undefined) this.#spare = lease!.adopt(from) ?? this.#spare;
      results[output] = new ResidentTensor(lease!, shape, dtype, address);
    }
    for (const [i, output] of this.#schedule.outputs.entries()) results[i] ??= this.#copyOut(output, inputs);
    for (const [i, tensor] of inputs.entries()) {
      if (this.#donated[i] !== true || !(tensor instanceof ResidentTensor) || results.includes(tensor)) continue;
      this.#spare = tensor.release() ?? this.#spare;
    }
    return results;
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
