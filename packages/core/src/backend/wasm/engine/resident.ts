// Tensors that live in the memory of the engine: their numbers are copied out when somebody reads them.
import { BackendError } from "../../../errors/index.ts";
import type { DType, TypedArray } from "../../../program/dtype.ts";
import type { Shape } from "../../../program/shape.ts";
import { sizeOf } from "../../../program/shape.ts";
import type { Tensor } from "../../../program/tensor.ts";
import type { EngineMemory } from "./memory.ts";

/** The place of a tensor in the memory of an engine, if it has one there. */
export function residentOf(tensor: Tensor, memory: EngineMemory): ResidentTensor | undefined {
  if (!(tensor instanceof ResidentTensor)) return undefined;
  return tensor.memory === memory && tensor.address !== undefined ? tensor : undefined;
}

/**
 * Places that results of one call share: they go back when the last of its tensors is collected. A lease whose tensors have all been
 * released serves the next call, so that a loop of steps registers nothing.
 */
export class Lease {
  readonly memory: EngineMemory;
  readonly places: Set<number> = new Set();

  constructor(memory: EngineMemory) {
    this.memory = memory;
    collected.register(this, { memory, places: this.places });
  }

  take(bytes: number): number {
    const address = this.memory.heap.allocate(bytes);
    this.places.add(address);
    return address;
  }

  release(address: number): void {
    if (this.places.delete(address)) this.memory.heap.release(address);
  }

  /** Takes over the place of a tensor whose numbers have been overwritten; returns its lease if that was the last one. */
  adopt(tensor: ResidentTensor): Lease | undefined {
    const { address } = tensor;
    const before = tensor.leave();
    if (address !== undefined) this.places.add(address);
    return before;
  }
}

/** A tensor whose numbers are in the engine. */
export class ResidentTensor implements Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly weak = false;
  readonly memory: EngineMemory;
  address: number | undefined;
  #lease: Lease | undefined;
  #copy: TypedArray | undefined;

  constructor(lease: Lease, shape: Shape, dtype: DType, address: number) {
    this.memory = lease.memory;
    this.shape = shape;
    this.dtype = dtype;
    this.address = address;
    this.#lease = lease;
  }

  /** The numbers, copied out once. */
  get data(): TypedArray {
    if (this.#copy !== undefined) return this.#copy;
    if (this.address === undefined) {
      throw new BackendError(
        `An array of shape [${this.shape.join(", ")}] was given away to a compiled function (donate) and is used again. Use what the call returned, or do not donate it.`,
        { code: "stale", backend: "wasm" },
      );
    }
    this.#copy = this.memory.read(this.dtype, this.address, sizeOf(this.shape));
    return this.#copy;
  }

  /** Gives its place back, and returns the lease if that was its last one. Numbers that were read before stay readable. */
  release(): Lease | undefined {
    const { address } = this;
    if (address === undefined) return undefined;
    const lease = this.#lease;
    lease?.release(address);
    this.#forget();
    return lease?.places.size === 0 ? lease : undefined;
  }

  /** Gives its place away without giving it back. */
  leave(): Lease | undefined {
    const lease = this.#lease;
    if (this.address !== undefined) lease?.places.delete(this.address);
    this.#forget();
    return lease?.places.size === 0 ? lease : undefined;
  }

  /** Who keeps this tensor does not keep others' places. */
  #forget(): void {
    this.address = undefined;
    this.#lease = undefined;
  }
}

const collected = new FinalizationRegistry<{ memory: EngineMemory; places: Set<number> }>(({ memory, places }) => {
  for (const address of places) memory.heap.release(address);
});
