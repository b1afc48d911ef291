// Pieces of one long text of tokens, and what follows each of them.
import { arange, fromTyped, type NDArray } from "../array/index.ts";
import { DataError, OptionChecker } from "../errors/index.ts";
import { fold, integers, type Key } from "../random/index.ts";

export interface TokenWindowOptions {
  /** Tokens per window. */
  length: number;
  /** Windows per batch. */
  size: number;
  /** Batches. */
  steps: number;
  /** Draws where windows start; batch i depends on the key and on i alone. */
  key: Key;
}

export interface TokenWindow {
  /** "size length" */
  readonly ids: NDArray<"int">;
  /** The token after each of them, "size length". */
  readonly next: NDArray<"int">;
}

/**
 * Random windows of a text of tokens, with the same windows one token later: what a language model learns from.
 *
 * Starts are independent and uniform. Iterating twice gives the same batches.
 * @throws DataError when the text has not more than `length` tokens.
 *
 * @example
 * ```ts
 * const text = Int32Array.from({ length: 100 }, (_, i) => i);
 * const [batch] = tokenWindows(text, { length: 4, size: 2, steps: 1, key: key(0) });
 * console.log(batch!.ids.shape, batch!.next.sub(batch!.ids).toArray()); // [2, 4] [1, 1, 1, 1, 1, 1, 1, 1]
 * ```
 */
export function tokenWindows(ids: Int32Array, options: TokenWindowOptions): Iterable<TokenWindow> {
  const names = ["length", "size", "steps", "key"];
  const checker = new OptionChecker("tokenWindows", options, names);
  for (const name of names) checker.required(name);
  checker.integer("length", 1).integer("size", 1).integer("steps", 0).done();
  const { length, size, steps, key } = options;
  if (ids.length <= length) {
    throw new DataError(
      `tokenWindows: the text has ${ids.length} tokens, but a window and the token after it need ${length + 1}. Take shorter windows.`,
      { code: "too-few-rows", received: String(ids.length), expected: `more than ${length}` },
    );
  }
  const text = fromTyped([ids.length], ids.slice()) as NDArray<"int">;
  return {
    *[Symbol.iterator]() {
      for (let step = 0; step < steps; step++) {
        const starts = integers(fold(key, step), [size, 1], { high: ids.length - length });
        const places = starts.add(arange(length));
        yield { ids: text.take(places), next: text.take(places.add(1)) };
      }
    },
  };
}
