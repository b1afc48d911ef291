// Text from a model, token by token.
import { array, type NDArray } from "../array/index.ts";
import { compile } from "../compile/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import { topK as largest } from "../ops/index.ts";
import { categorical, fold, type Key } from "../random/index.ts";
import { checkSizes } from "./check.ts";
import type { Module } from "./module.ts";

export interface GenerateOptions {
  /** Tokens to draw. */
  count: number;
  /** Draws; token i depends on the key and on i alone. Not used at temperature 0. */
  key: Key;
  /** Logits are divided by it: below 1 bolder, above 1 wilder, 0 takes the most likely token. Default 1. */
  temperature?: number;
  /** Only the k most likely tokens. Default: all. */
  topK?: number;
  /** Tokens that the model sees at once. Default: the model's own `length`. */
  length?: number;
}

/**
 * Draws tokens one by one, each from the model's scores after the tokens before it.
 *
 *     p ∝ exp(logits/temperature)        over the `topK` largest
 *
 * The program is compiled once, for sequences of `length`: shorter ones are padded at the end, where causal attention does not
 * look, and of longer ones the last `length` tokens are seen.
 * Cost: one forward pass over `length` positions per token.
 * @throws OptionError for options out of range, an empty prompt, and a model that says no `length` when none is given.
 *
 * @example
 * ```ts
 * const model = transformer({ vocabulary: 5, width: 8, heads: 2, layers: 1, length: 6 });
 * const params = model.init(key(0));
 * const tokens = [...generate(model, params, [1, 2], { count: 8, key: key(1), temperature: 0.8, topK: 3 })];
 * console.log(tokens.length, tokens.every((token) => token >= 0 && token < 5)); // 8 true
 * ```
 */
export function* generate<P>(
  model: Module<P, NDArray<"int">> & { readonly length?: number },
  params: P,
  prompt: readonly number[],
  options: GenerateOptions,
): Generator<number, void> {
  const { count, key, temperature = 1, topK, length } = checked(model, prompt, options);
  const next = compile(((weights: P, ids: NDArray<"int">, last: NDArray<"int">) =>
    model.apply(weights, ids).take(last)) as (...args: never[]) => NDArray) as unknown as Scores<P>; // P is a tree of arrays
  const tokens = [...prompt];
  for (let i = 0; i < count; i++) {
    const seen = tokens.slice(-length);
    const ids = Int32Array.from({ length }, (_, at) => seen[at] ?? 0);
    const logits = next(params, array(ids, { dtype: "i32" }), array(seen.length - 1, { dtype: "i32" }));
    const token = draw(logits, temperature, topK, fold(key, i));
    tokens.push(token);
    yield token;
  }
}

type Scores<P> = (params: P, ids: NDArray<"int">, last: NDArray<"int">) => NDArray;

function draw(logits: NDArray, temperature: number, topK: number | undefined, key: Key): number {
  if (temperature === 0) return logits.argmax().item();
  const scaled = logits.div(temperature);
  if (topK === undefined || topK >= logits.size) return categorical(key, [], { logits: scaled }).item();
  const { values, indices } = largest(scaled, topK);
  return indices.toArray()[categorical(key, [], { logits: values }).item()]!;
}

function checked<P>(
  model: Module<P, NDArray<"int">> & { readonly length?: number },
  prompt: readonly number[],
  options: GenerateOptions,
): GenerateOptions & { length: number } {
  new OptionChecker("generate", options, ["count", "key", "temperature", "topK", "length"])
    .required("count")
    .required("key")
    .integer("count", 0)
    .number("temperature", 0)
    .integer("topK", 1)
    .done();
  const { length = model.length } = options;
  if (length === undefined) {
    throw new OptionError(
      `generate: length is required, because ${model.name} does not say how many tokens it takes. Pass length.`,
      { code: "invalid-option", option: "length" },
    );
  }
  checkSizes("generate", { length });
  if (prompt.length === 0) {
    throw new OptionError("generate: the prompt is empty; one token is needed to start from.", {
      code: "invalid-option",
      option: "prompt",
    });
  }
  return { ...options, length };
}
