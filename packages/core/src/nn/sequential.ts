// Layers one after the other, and layers added to their input.
import type { LeafRole, MapLeaves, NDArray } from "../array/index.ts";
import { fold } from "../random/index.ts";
import { type AnyModule, defineModule, type Module, optionsFor, type ParamsOf } from "./module.ts";

type InputOfFirst<L> = L extends readonly [Module<infer _P, infer I, infer _O>, ...unknown[]] ? I : NDArray;
type OutputOfLast<L> = L extends readonly [...unknown[], Module<infer _P, infer _I, infer O>] ? O : NDArray;

/**
 * Layers one after the other: each takes what the one before gives. Parameters are the list of theirs.
 *
 * @example
 * ```ts
 * const net = sequential(linear(2, 8), tanh(), linear(8, 1));
 * const params = net.init(key(0));
 * console.log(params[0].weight.shape, net.apply(params, normal(key(1), [5, 2])).shape); // [2, 8] [5, 1]
 * ```
 */
export function sequential<L extends readonly AnyModule[]>(
  ...layers: L
): Module<{ [K in keyof L]: ParamsOf<L[K]> }, InputOfFirst<L>, OutputOfLast<L>> {
  type P = { [K in keyof L]: ParamsOf<L[K]> };
  return defineModule<P, InputOfFirst<L>, OutputOfLast<L>>({
    name: "sequential",
    roles: layers.map((layer) => layer.roles) as unknown as MapLeaves<P, LeafRole>, // a list as long as P
    init: (key) => layers.map((layer, i) => layer.init(fold(key, i))) as P,
    apply: (params, input, options) =>
      layers.reduce<unknown>(
        (x, layer, i) => layer.apply(params[i], x, optionsFor(options, i)),
        input,
      ) as OutputOfLast<L>,
  });
}

/** x + inner(x). */
export function residual<P>(inner: Module<P>): Module<P> {
  return defineModule({
    name: `residual ${inner.name}`,
    roles: inner.roles,
    init: (key) => inner.init(key),
    apply: (params, x: NDArray, options) => x.add(inner.apply(params, x, options)),
  });
}
