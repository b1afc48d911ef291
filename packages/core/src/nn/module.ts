// What every layer is: a value without weights of its own. `init` makes parameters, `apply` uses them.
import type { LeafRole, MapLeaves, NDArray } from "../array/index.ts";
import { fold, type Key } from "../random/index.ts";
import { mapTree } from "../tree/index.ts";
import { summary } from "./summary.ts";

export interface ApplyOptions {
  /** Needed by layers that draw (dropout) while `training`; every layer inside gets a key of its own. */
  key?: Key;
  /** Default false: layers that draw do nothing. */
  training?: boolean;
}

export interface InitOptions {
  /** Width of the parameters: drawn in f64, rounded once. Default "f64". */
  dtype?: "f32" | "f64";
}

/** A layer. `P` is the tree of its parameters, `I` what it takes, `O` what it gives. */
export interface Module<P, I = NDArray, O = NDArray> {
  readonly name: string;
  /** Parameters, the same for the same key. */
  init(key: Key, options?: InitOptions): P;
  /** Pure: the same parameters, input and key give the same output. */
  apply(params: P, input: I, options?: ApplyOptions): O;
  /** What each parameter is, in the structure of the parameters: routes optimizers and decay. */
  readonly roles: MapLeaves<P, LeafRole>;
  /** Table of paths, shapes, sizes and roles. */
  describe(): string;
}

/** The parameters of a module. */
export type ParamsOf<M> = M extends { init(key: Key, options?: InitOptions): infer P } ? P : never;

// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous collection of layers.
export type AnyModule = Module<any, any, any>;

/** Parameters of a layer that has none. */
export type NoParams = Record<never, never>;

export interface ModuleDefinition<P, I, O> {
  readonly name: string;
  readonly roles: MapLeaves<P, LeafRole>;
  /** Parameters in f64. */
  init(key: Key): P;
  apply(params: P, input: I, options: ApplyOptions): O;
}

/**
 * A layer of one's own: how its parameters are made, what they are, what is done with them.
 *
 * Widths, the table and missing options are taken care of. `apply` must be pure and made of array operations; for layers made
 * of layers use `module`.
 *
 * @example
 * ```ts
 * import { array, type NDArray, ones } from "steepest";
 * const gain = (width: number) =>
 *   defineModule<{ factor: NDArray }, NDArray, NDArray>({
 *     name: "gain",
 *     roles: { factor: "norm" },
 *     init: () => ({ factor: ones([width]) }),
 *     apply: ({ factor }, x) => x.mul(factor),
 *   });
 * const layer = gain(2);
 * layer.apply(layer.init(key(0)), array([3, 4])).toArray(); // [3, 4]
 * ```
 */
export function defineModule<P, I, O>(definition: ModuleDefinition<P, I, O>): Module<P, I, O> {
  const { name, roles } = definition;
  const init = (key: Key, { dtype = "f64" }: InitOptions = {}): P =>
    mapTree(definition.init(key), (leaf) => (leaf as NDArray).astype(dtype)) as P; // the same structure
  return {
    name,
    roles,
    init,
    apply: (params, input, options = {}) => definition.apply(params, input, options),
    describe: () => summary(name, init, roles),
  };
}

/** The options for the part `label` of a layer: the same, with a key of its own. */
export function optionsFor(options: ApplyOptions, label: string | number): ApplyOptions {
  return options.key === undefined ? options : { ...options, key: fold(options.key, label) };
}
