// Keys: what random numbers are made from. Plain data, passed along by hand; there is no hidden state anywhere.
import { type AnyArray, fromTyped, type NDArray } from "../array/index.ts";
import { formatShape, OptionError } from "../errors/index.ts";
import { broadcastTo, reshape } from "../ops/index.ts";
import { apply, isArray, type Primitive, type Tensor } from "../program/index.ts";
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
  const children = Array.from({ length: count }, (_, child) => keyAround(apply(childPrimitive, [bits], { child })));
  // the list has `count` members by construction, which its type cannot know
  return children as readonly Key[] as Keys<N>;
}

/**
 * The key of a name or number below this key: `fold(key, "dropout")`, `fold(key, epoch)`.
 *
 * Different labels give unrelated keys; 3 and "3" are different labels. An integer array of one element counts as its number,
 * which may be known only when the program runs: the counter of a `scan`, an argument of a compiled function.
 * @throws OptionError when the label is a number that is not an integer between −2⁵³ and 2⁵³, or an array of several elements.
 *
 * @example
 * ```ts
 * const orders = [0, 1, 2].map((epoch) => permutation(fold(key(7), epoch), 4).toArray());
 * console.log(orders); // [[3, 0, 1, 2], [2, 3, 1, 0], [2, 3, 0, 1]]
 * ```
 */
export function fold(key: Key, label: string | number | NDArray<"int">): Key {
  const bits = bitsOf("fold", key);
  if (!isArray(label)) {
    if (typeof label !== "string") checkLabel(label);
    return keyAround(apply(labelPrimitive, [bits], { label }));
  }
  if (label.size !== 1) {
    throw new OptionError(`fold: a label is one integer, got an array of shape ${formatShape(label.shape)}.`, {
      code: "label",
      option: "label",
    });
  }
  return keyAround(apply(foldPrimitive, [bits, reshape(label, [])], undefined));
}

/** Child keys: the numbers of one key or of a stack of them, "… 2", to as many. */
const childPrimitive: Primitive<{ child: number }> = {
  name: "split",
  infer: ([bits]) => ({ shape: bits!.shape, dtype: "i32", weak: false }),
  evaluate([bits], output, { child }) {
    eachKey(bits!, output, (parent) => childBits(parent, child));
  },
  batch: ({ inputs: [bits], params }) => apply(childPrimitive, [bits!], params) as NDArray,
  formula: ([bits], { child }) => `split(${bits})[${child}]`,
};

const labelPrimitive: Primitive<{ label: string | number }> = {
  name: "fold",
  infer: ([bits]) => ({ shape: bits!.shape, dtype: "i32", weak: false }),
  evaluate([bits], output, { label }) {
    eachKey(bits!, output, (parent) =>
      typeof label === "string" ? foldText(parent, label) : foldNumber(parent, label),
    );
  },
  batch: ({ inputs: [bits], params }) => apply(labelPrimitive, [bits!], params) as NDArray,
  formula: ([bits], { label }) => `fold(${bits}, ${describe(label)})`,
};

/** The label is an array too: "…" beside keys of shape "… 2". */
const foldPrimitive: Primitive = {
  name: "fold",
  infer: ([bits]) => ({ shape: bits!.shape, dtype: "i32", weak: false }),
  evaluate([bits, labels], output) {
    eachKey(bits!, output, (parent, i) => {
      const label = labels!.data[i]!;
      checkLabel(label);
      return foldNumber(parent, label);
    });
  },
  batch({ inputs, batched, size }) {
    const stacked = inputs.map((x, i) => (batched[i] === true ? x : broadcastTo(x, [size, ...x.shape])));
    return apply(foldPrimitive, stacked, undefined) as NDArray;
  },
};

function eachKey(bits: Tensor, output: Tensor, child: (parent: KeyBits, i: number) => KeyBits): void {
  for (let i = 0; i < bits.data.length / 2; i++) {
    const { high, low } = child(bitsAt(bits, i), i);
    output.data[2 * i] = high;
    output.data[2 * i + 1] = low;
  }
}

/** The words of key `i` of a stack. @internal */
export function bitsAt({ data }: Tensor, i: number): KeyBits {
  return { high: data[2 * i]! | 0, low: data[2 * i + 1]! | 0 };
}

/** The array of a key that a user passed to `owner`. @throws OptionError when it is no key. @internal */
export function bitsOf(owner: string, key: Key): NDArray<"int"> {
  const bits: unknown = (key as Partial<Key> | undefined)?.bits;
  if (isArray(bits) && bits.ndim === 1 && bits.size === 2) return bits as NDArray<"int">;
  const stacked = isArray(bits) && bits.ndim > 1 && bits.shape.at(-1) === 2;
  throw new OptionError(
    stacked
      ? `${owner}: the first argument must be one key, got a stack of shape ${formatShape(bits.shape)}. Map over it: vmap((key) => ${owner}(key, …)).`
      : `${owner}: the first argument must be a key, got ${describe(key)}. Make one from a seed: key(42).`,
    { code: "key", option: "key" },
  );
}

function checkLabel(label: number): void {
  if (Number.isSafeInteger(label)) return;
  throw new OptionError(
    `fold: a number label must be an integer between -2^53 and 2^53, got ${describe(label)}. Use a text: fold(key, "${label}").`,
    { code: "label", option: "label" },
  );
}

function keyFrom({ high, low }: KeyBits): Key {
  return keyAround(fromTyped([2], Int32Array.of(high, low)));
}

function keyAround(bits: AnyArray): Key {
  return { bits: bits as NDArray<"int"> };
}

function describe(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
