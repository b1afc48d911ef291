// Numbers that come one after the other, 8 bytes each.

const FIRST = 1024;
const LARGEST = 1 << 16;

/** Grows by pieces, so that nothing is copied while it grows. */
export class NumberList {
  #full: Float64Array[] = [];
  #piece = new Float64Array(FIRST);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#used === this.#piece.length) {
      this.#full.push(this.#piece);
      this.#piece = new Float64Array(Math.min(LARGEST, 2 * this.#piece.length));
      this.#used = 0;
    }
    this.#piece[this.#used++] = value;
    this.#length++;
  }

  /** All of them in one array; the list is empty then, so that they are not held twice. */
  take(): Float64Array {
    const all = new Float64Array(this.#length);
    let at = this.#length - this.#used;
    all.set(this.#piece.subarray(0, this.#used), at);
    for (let piece = this.#full.pop(); piece !== undefined; piece = this.#full.pop()) {
      at -= piece.length;
      all.set(piece, at);
    }
    this.#piece = new Float64Array(FIRST);
    this.#used = 0;
    this.#length = 0;
    return all;
  }
}
