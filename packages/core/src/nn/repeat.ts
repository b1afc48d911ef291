// Copies of a layer as one loop.
import { arange, concat, type NDArray, stack } from "../array/index.ts";
import { scan } from "../autodiff/index.ts";
import { fold } from "../random/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import { checkSizes } from "./check.ts";
import { defineModule, type Module } from "./module.ts";

/**
 * `count` copies of a layer one after the other, as one loop: parameters are stacked along a leading axis, and programs do not
 * grow with depth.
 *
 * Each copy starts with weights of its own, and draws with a key of its own. The layer keeps the shape of its input.
 * Cost: a loop is opaque to what joins operations across layers; for a few layers `sequential` is faster.
 * @throws OptionError when `count` is not a positive integer; ShapeError, when applied, if the layer changes the shape.
 *
 * @example
 * ```ts
 * const deep = repeat(residual(linear(4, 4)), 3);
 * const params = deep.init(key(0));
 * console.log(params.weight.shape, deep.apply(params, normal(key(1), [2, 4])).shape); // [3, 4, 4] [2, 4]
 * ```
 */
export function repeat<P>(block: Module<P>, count: number): Module<P> {
  checkSizes("repeat", { count });
  return defineModule({
    name: `${count} × ${block.name}`,
    roles: block.roles,
    init(key) {
      const copies = Array.from({ length: count }, (_, i) => flattenTree(block.init(fold(key, i))));
      let next = 0;
      return mapTree(block.init(key), () => {
        const leaf = next++;
        return stack(copies.map((copy) => copy[leaf]!.value as NDArray));
      }) as P; // the structure of one copy
    },
    apply(params, input: NDArray, options) {
      const stacked = flattenTree(params).map(({ value }) => value as NDArray);
      const rows = concat(
        stacked.map((leaf) => leaf.reshape(count, -1)),
        1,
      );
      const { key } = options;
      const step = ({ x, i }: Carry, row: NDArray) => {
        const y = block.apply(
          unpack(params, stacked, row),
          x,
          key === undefined ? options : { ...options, key: fold(key, i) },
        );
        return [{ x: y, i: i.add(1) }, undefined] as const;
      };
      return scan(step, { x: input, i: arange(1).at(0) }, rows)[0].x;
    },
  });
}

interface Carry {
  readonly x: NDArray;
  readonly i: NDArray<"int">;
}

/** One copy from its row of all numbers. */
function unpack<P>(params: P, stacked: readonly NDArray[], row: NDArray): P {
  let leaf = 0;
  let start = 0;
  return mapTree(params, () => {
    const shape = stacked[leaf++]!.shape.slice(1);
    const stop = start + shape.reduce((size, extent) => size * extent, 1);
    const piece = row.at([start, stop]).reshape(...shape);
    start = stop;
    return piece;
  }) as P; // the structure of params
}
