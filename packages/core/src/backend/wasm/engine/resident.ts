// Tensors that live in the memory of the engine: their numbers are copied out when somebody reads them.
import { BackendError } from "../../../errors/index.ts";
import type { DType, TypedArray } from "../../../program/dtype.ts";
import type { Shape } from "../../../program/shape.ts";
import { sizeOf } from "../../../program/shape.ts";
import type { Tensor } from "../../../program/tensor.ts";
import type { EngineMemory } from "./memory.ts";

const residents = new WeakMap<Tensor, ResidentTensor>();

/** The place of a tensor in the memory of an engine, if it has one there. */
export function residentOf(tensor: Tensor, memory: EngineMemory): ResidentTensor | undefined {
  const resident = residents.get(tensor);
  return resident?.memory === memory && resident.address !== undefined ? resident : undefined;
}

/** A tensor whose numbers are in the engine. It owns its place until it is released or collected. */
export class ResidentTensor implements Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly weak = false;
  readonly memory: EngineMemory;
  #address: number | undefined;
  #copy: TypedArray | undefined;

  constructor(memory: EngineMemory, shape: Shape, dtype: DType, address: number) {
    this.memory = memory;
    this.shape = shape;
    this.dtype = dtype;
    this.#address = address;
    residents.set(this, this);
    collected.register(this, { memory, address }, this);
  }

  get address(): number | undefined {
    return this.#address;
  }

  /** The numbers, copied out once. */
  get data(): TypedArray {
    if (this.#copy === undefined && this.#address === undefined) {
      throw new BackendError(
        `An array of shape [${this.shape.join(", ")}] was given away to a compiled function (donate) and is used again. Use what the call returned, or do not donate it.`,
        { code: "stale", backend: "wasm" },
      );
    }
    this.#copy ??= this.memory.read(this.dtype, this.#address!, sizeOf(this.shape));
    return this.#copy;
  }

  /** Gives its place back. Its numbers stay readable only if they have been read before. */
  release(): void {
    if (this.#address === undefined) return;
    this.memory.heap.release(this.#address);
    this.#address = undefined;
    collected.unregister(this);
  }
}

const collected = new FinalizationRegistry<{ memory: EngineMemory; address: number }>(({ memory, address }) => {
  memory.heap.release(address);
});
