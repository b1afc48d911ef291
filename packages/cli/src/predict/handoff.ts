// Values that one side puts and another one takes, one at a time.

export class Handoff<T> implements AsyncIterable<T> {
  #value: { readonly value: T; readonly taken: () => void } | undefined;
  #isClosed = false;
  #wake: () => void = () => {};

  /** Resolves when the value was taken and the next one is asked for. */
  put(value: T): Promise<void> {
    return new Promise((taken) => {
      this.#value = { value, taken };
      this.#wake();
    });
  }

  /** No value comes any more. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    while (true) {
      const put = this.#value;
      if (put !== undefined) {
        this.#value = undefined;
        yield put.value;
        put.taken();
      } else if (this.#isClosed) return;
      else {
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      }
    }
  }
}
