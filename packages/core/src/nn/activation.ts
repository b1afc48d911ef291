// Functions between layers, by name and as layers.
import type { NDArray } from "../array/index.ts";
import { didYouMean, OptionError } from "../errors/index.ts";
import { gelu as geluOf, silu as siluOf } from "../ops/index.ts";
import { defineModule, type Module, type NoParams } from "./module.ts";

/** "gelu" is x·Φ(x) exactly; "gelu-tanh" the form with tanh of GPT-2, off by up to 5e-4 and cheaper. */
export type Activation = "relu" | "gelu" | "gelu-tanh" | "silu" | "tanh" | "sigmoid" | "identity";

const FUNCTIONS: Readonly<Record<Activation, (x: NDArray) => NDArray>> = {
  relu: (x) => x.relu(),
  gelu: (x) => geluOf(x),
  "gelu-tanh": (x) => geluOf(x, { approximate: true }),
  silu: (x) => siluOf(x),
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
  identity: (x) => x,
};

/** What `activation` may be. */
export const ACTIVATION_NAMES: readonly Activation[] = Object.keys(FUNCTIONS) as Activation[]; // the keys of the table

/** The function of that name. @throws OptionError for another one. */
export function activationOf(owner: string, name: Activation): (x: NDArray) => NDArray {
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name];
  throw new OptionError(
    `${owner}: unknown activation "${name}".${didYouMean(name, ACTIVATION_NAMES)} There are ${ACTIVATION_NAMES.join(", ")}.`,
    { code: "invalid-option", option: "activation" },
  );
}

/**
 * An elementwise function as a layer.
 *
 * @throws OptionError for a name that there is not.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * activation("silu").apply({}, array([-1, 0, 1])).toArray(); // [-0.26894, 0, 0.73106]
 * ```
 */
export function activation(name: Activation): Module<NoParams> {
  const f = activationOf("activation", name);
  return defineModule({ name, roles: {}, init: () => ({}), apply: (_params, x: NDArray) => f(x) });
}

/** max(x, 0) as a layer. */
export function relu(): Module<NoParams> {
  return activation("relu");
}

/** x·Φ(x) as a layer; `approximate` takes the form with tanh. */
export function gelu(options: { approximate?: boolean } = {}): Module<NoParams> {
  return activation(options.approximate === true ? "gelu-tanh" : "gelu");
}

/** x·σ(x) as a layer. */
export function silu(): Module<NoParams> {
  return activation("silu");
}

/** tanh as a layer. */
export function tanh(): Module<NoParams> {
  return activation("tanh");
}
