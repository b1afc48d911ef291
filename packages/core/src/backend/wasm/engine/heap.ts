// Places in a linear memory: first fit over a list of free blocks that merge with their neighbors. Pure bookkeeping, no bytes.

export const ALIGNMENT = 64; // one cache line

interface Block {
  start: number;
  bytes: number;
}

/** Hands out aligned ranges of [start, end); asks `grow` for more room when none fits. */
export class Heap {
  readonly #grow: (atLeast: number) => number;
  readonly #free: Block[] = [];
  readonly #used = new Map<number, number>();
  #end: number;
  #inUse = 0;

  /** `grow` makes the range longer by at least so many bytes and returns its new end; it throws when it cannot. */
  constructor(start: number, end: number, grow: (atLeast: number) => number) {
    this.#end = end;
    this.#grow = grow;
    if (end > start) this.#free.push({ start: aligned(start), bytes: end - aligned(start) });
  }

  get bytesInUse(): number {
    return this.#inUse;
  }

  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, aligned(bytes));
    let index = this.#free.findIndex((block) => block.bytes >= size);
    if (index === -1) {
      const last = this.#free.at(-1);
      const start = last !== undefined && last.start + last.bytes === this.#end ? last.start : this.#end;
      const end = this.#grow(start + size - this.#end);
      if (start === this.#end) this.#free.push({ start, bytes: end - start });
      else last!.bytes = end - start;
      this.#end = end;
      index = this.#free.length - 1;
    }
    const block = this.#free[index]!;
    const at = block.start;
    if (block.bytes === size) this.#free.splice(index, 1);
    else {
      block.start += size;
      block.bytes -= size;
    }
    this.#used.set(at, size);
    this.#inUse += size;
    return at;
  }

  /** Gives a range back. Ranges that are not in use are left alone: giving back twice does nothing. */
  release(at: number): void {
    const bytes = this.#used.get(at);
    if (bytes === undefined) return;
    this.#used.delete(at);
    this.#inUse -= bytes;
    let index = this.#free.findIndex(({ start }) => start > at);
    if (index === -1) index = this.#free.length;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const joinsBefore = before !== undefined && before.start + before.bytes === at;
    const joinsAfter = after !== undefined && at + bytes === after.start;
    if (joinsBefore && joinsAfter) {
      before.bytes += bytes + after.bytes;
      this.#free.splice(index, 1);
    } else if (joinsBefore) before.bytes += bytes;
    else if (joinsAfter) {
      after.start = at;
      after.bytes += bytes;
    } else this.#free.splice(index, 0, { start: at, bytes });
  }
}

export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
