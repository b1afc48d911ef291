// Keys: what random numbers are made from. Plain data, passed along by hand; there is no hidden state anywhere.
import { fromTyped, type NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { childBits, foldNumber, foldText, type KeyBits, seedBits } from "./stream.ts";

/**
 * Where random numbers come from: 64 bits as two integers. A tree with one integer leaf, so it can be saved, and passed to
 * any function that takes trees. Use each key for one draw; get more keys from `split` and `fold`.
 */
export interface Key {
  readonly bits: NDArray<"int">;
}

/** A tuple of N keys; a list where N is not known to the compiler, or large. */
export type Keys<N extends number, T extends readonly Key[] = readonly []> = number extends N
  ? readonly Key[]
  : T["length"] extends N
    ? T
    : T["length"] extends 64
      ? readonly Key[]
      : Keys<N, readonly [...T, Key]>;

/**
 * The key of a seed. Equal seeds give equal numbers on every engine and machine.
 *
 * @throws OptionError when the seed is not an integer between −2⁵³ and 2⁵³.
 *
 * @example
 * ```ts
 * const root = key(42);
 * console.log(normal(fold(root, "weights"), [2]).toArray()); // [1.158…, 0.362…]
 * console.log(normal(fold(root, "weights"), [2]).toArray()); // [1.158…, 0.362…]
 * ```
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed)) {
    throw new OptionError(`key: the seed must be an integer between -2^53 and 2^53, got ${describe(seed)}.`, {
      code: "seed",
      option: "seed",
    });
  }
  return keyFrom(seedBits(seed));
}

/**
 * `count` keys whose streams overlap neither each other nor the parent's. Child i depends on the parent and on i alone.
 *
 * @throws OptionError when `count` is not a positive integer.
 *
 * @example
 * ```ts
 * const [forTrain, forTest] = split(key(0), 2);
 * console.log(uniform(forTest, [2]).toArray()); // [0.743…, 0.0773…]
 * ```
 */
export function split<N extends number>(key: Key, count: N): Keys<N> {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new OptionError(`split: count must be a positive integer, got ${describe(count)}.`, {
      code: "count",
      option: "count",
    });
  }
  const bits = bitsOf("split", key);
  const children = Array.from({ length: count }, (_, child) => keyFrom(childBits(bits, child)));
  // the list has `count` members by construction, which its type cannot know
  return children as readonly Key[] as Keys<N>;
}

/**
 * The key of a name or number below this key: `fold(key, "dropout")`, `fold(key, epoch)`.
 *
 * Different labels give unrelated keys; 3 and "3" are different labels. An integer array of one element counts as its number.
 * @throws OptionError when the label is a number that is not an integer between −2⁵³ and 2⁵³.
 *
 * @example
 * ```ts
 * const orders = [0, 1, 2].map((epoch) => permutation(fold(key(7), epoch), 4).toArray());
 * console.log(orders); // [[3, 0, 1, 2], [2, 3, 1, 0], [2, 3, 0, 1]]
 * ```
 */
export function fold(key: Key, label: string | number | NDArray<"int">): Key {
  const bits = bitsOf("fold", key);
  if (typeof label === "string") return keyFrom(foldText(bits, label));
  const number = typeof label === "number" ? label : label.item();
  if (!Number.isSafeInteger(number)) {
    throw new OptionError(
      `fold: a number label must be an integer between -2^53 and 2^53, got ${describe(number)}. Use a text: fold(key, "${number}").`,
      { code: "label", option: "label" },
    );
  }
  return keyFrom(foldNumber(bits, number));
}

/** The words of a key that a user passed to `owner`. @throws OptionError when it is no key. @internal */
export function bitsOf(owner: string, key: Key): KeyBits {
  const bits = (key as Partial<Key> | undefined)?.bits;
  if (typeof bits !== "object" || bits.size !== 2) {
    throw new OptionError(
      `${owner}: the first argument must be a key, got ${describe(key)}. Make one from a seed: key(42).`,
      { code: "key", option: "key" },
    );
  }
  const [high, low] = bits.toArray();
  return { high: high!, low: low! };
}

function keyFrom({ high, low }: KeyBits): Key {
  return { bits: fromTyped([2], Int32Array.of(high, low)) as NDArray<"int"> };
}

function describe(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
