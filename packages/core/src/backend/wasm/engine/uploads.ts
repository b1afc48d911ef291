// Inputs that are used again and again, uploaded once: a cache by identity, because arrays never change.
import type { Tensor } from "../../../program/tensor.ts";
import type { EngineMemory } from "./memory.ts";

/** Together they may take this much before the least recently used one goes. */
const CAPACITY = 512 * 2 ** 20;

interface Upload {
  readonly address: number;
  readonly bytes: number;
}

export class Uploads {
  readonly #memory: EngineMemory;
  readonly #known = new WeakMap<Tensor, Upload>();
  /** In the order of use, the oldest first. */
  readonly #order = new Map<Upload, WeakRef<Tensor>>();
  readonly #seen = new WeakSet<Tensor>();
  readonly #collected: FinalizationRegistry<Upload>;
  #bytes = 0;

  constructor(memory: EngineMemory) {
    this.#memory = memory;
    this.#collected = new FinalizationRegistry((upload) => this.#drop(upload));
  }

  get(tensor: Tensor): Upload | undefined {
    const upload = this.#known.get(tensor);
    if (upload === undefined) return undefined;
    const reference = this.#order.get(upload)!;
    this.#order.delete(upload);
    this.#order.set(upload, reference);
    return upload;
  }

  saw(tensor: Tensor): void {
    this.#seen.add(tensor);
  }

  hasSeen(tensor: Tensor): boolean {
    return this.#seen.has(tensor);
  }

  /** Copies a tensor to a place of its own and returns its address. */
  keep(tensor: Tensor): number {
    const bytes = tensor.data.byteLength;
    for (const [upload, reference] of this.#order) {
      if (this.#bytes + bytes <= CAPACITY) break;
      const old = reference.deref();
      if (old !== undefined) this.#known.delete(old);
      this.#drop(upload);
    }
    const address = this.#memory.heap.allocate(bytes);
    this.#memory.write(tensor.dtype, address, tensor.data);
    const upload = { address, bytes };
    this.#known.set(tensor, upload);
    this.#order.set(upload, new WeakRef(tensor));
    this.#collected.register(tensor, upload);
    this.#bytes += bytes;
    return address;
  }

  #drop(upload: Upload): void {
    if (!this.#order.delete(upload)) return;
    this.#memory.heap.release(upload.address);
    this.#bytes -= upload.bytes;
  }
}
