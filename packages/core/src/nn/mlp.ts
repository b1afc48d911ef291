// Networks of linear layers.
import type { LeafRole, NDArray } from "../array/index.ts";
import { OptionChecker, OptionError } from "../errors/index.ts";
import { fold } from "../random/index.ts";
import { type Activation, activationOf } from "./activation.ts";
import { checkSizes, checkWidth } from "./check.ts";
import { checkRate, drop } from "./dropout.ts";
import { glorotUniform, heNormal } from "./initializers.ts";
import { affine, type LinearParams, linear } from "./linear.ts";
import { defineModule, type Module, optionsFor } from "./module.ts";

export interface MlpOptions {
  /** Between the layers. Default "relu". */
  activation?: Activation;
  /** Of hidden values, while training. Default 0. */
  dropout?: number;
  /** Of the last weight. Default "head": its output is the answer. */
  role?: LeafRole;
}

/**
 * Linear layers with an activation between them: sizes are those of the input, of the hidden values and of the output.
 *
 *     h ← f(h·W + b)  for each layer but the last        y = h·W + b
 *
 * Shapes: x "… sizes[0]" to "… sizes.at(-1)". Weights start by `heNormal` where relu, gelu or silu follows, else by
 * `glorotUniform`; biases at 0. The last weight has the role "head".
 * @throws OptionError for fewer than two sizes, or a size that is no positive integer.
 *
 * @example
 * ```ts
 * const model = mlp([4, 16, 3], { activation: "tanh" });
 * const params = model.init(key(0));
 * console.log(model.apply(params, normal(key(1), [10, 4])).shape, params.length); // [10, 3] 2
 * console.log(model.describe().split("\n").at(-1)?.includes("131")); // true
 * ```
 */
export function mlp(sizes: readonly number[], options: MlpOptions = {}): Module<LinearParams[]> {
  new OptionChecker("mlp", options, ["activation", "dropout", "role"]).done();
  const { activation = "relu", dropout = 0, role = "head" } = options;
  if (sizes.length < 2) {
    throw new OptionError(`mlp: sizes need an input and an output at least, got [${sizes.join(", ")}].`, {
      code: "invalid-option",
      option: "sizes",
    });
  }
  checkSizes("mlp", Object.fromEntries(sizes.map((size, i) => [`sizes[${i}]`, size])));
  checkRate("mlp", dropout);
  const f = activationOf("mlp", activation);
  const hidden = HALVING.has(activation) ? heNormal() : glorotUniform();
  const layers = sizes.slice(1).map((size, i) => {
    const last = i === sizes.length - 2;
    return linear(sizes[i]!, size, last ? { role } : { weight: hidden });
  });
  return defineModule({
    name: "mlp",
    roles: layers.map((layer) => layer.roles),
    init: (key) => layers.map((layer, i) => layer.init(fold(key, i))),
    apply(params, x: NDArray, options) {
      checkWidth("mlp", x, sizes[0]!);
      return params.reduce((h, layer, i) => {
        const y = affine(layer, h);
        return i === params.length - 1 ? y : drop(f(y), dropout, optionsFor(options, i));
      }, x);
    },
  });
}

/** Activations that let about half of the variance through. */
const HALVING: ReadonlySet<Activation> = new Set(["relu", "gelu", "gelu-tanh", "silu"]);
