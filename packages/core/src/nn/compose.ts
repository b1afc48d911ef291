// Named layers and how they are wired.
import type { LeafRole, MapLeaves } from "../array/index.ts";
import { fold } from "../random/index.ts";
import { type AnyModule, defineModule, type Module, optionsFor, type ParamsOf } from "./module.ts";

/** The layers as functions of their input. */
export type Calls<L> = { [K in keyof L]: L[K] extends Module<infer _P, infer I, infer O> ? (x: I) => O : never };

/**
 * A layer from named layers and a function that wires them. Parameters are an object with their names.
 *
 * `training` and keys reach the layers by themselves; a layer that is called twice draws twice.
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * const net = module({ hidden: linear(2, 8), out: linear(8, 1) }, (call, x: NDArray) => call.out(call.hidden(x).relu()));
 * const params = net.init(key(0));
 * console.log(params.hidden.weight.shape, net.roles.out.bias); // [2, 8] "bias"
 * ```
 */
export function module<L extends Record<string, AnyModule>, I, O>(
  layers: L,
  apply: (call: Calls<L>, input: I) => O,
): Module<{ [K in keyof L]: ParamsOf<L[K]> }, I, O> {
  type P = { [K in keyof L]: ParamsOf<L[K]> };
  const names = Object.keys(layers);
  const each = (make: (layer: AnyModule, name: string) => unknown): unknown =>
    Object.fromEntries(names.map((name) => [name, make(layers[name]!, name)]));
  return defineModule<P, I, O>({
    name: "module",
    roles: each((layer) => layer.roles) as MapLeaves<P, LeafRole>,
    init: (key) => each((layer, name) => layer.init(fold(key, name))) as P,
    apply(params, input, options) {
      const calls = each((layer, name) => {
        let count = 0;
        return (x: unknown) => layer.apply(params[name], x, optionsFor(optionsFor(options, name), count++));
      });
      return apply(calls as Calls<L>, input);
    },
  });
}
