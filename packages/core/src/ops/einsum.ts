// Sums of products over named axes, made of transpositions, reshapes and matrix products.
import type { NDArray } from "../array/types.ts";
import { sizeOf } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { byDefinition } from "./einsum-definition.ts";
import { parsePattern } from "./einsum-pattern.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

/** An array whose axes have names. */
interface Named {
  readonly x: NDArray;
  readonly names: readonly string[];
}

/** Sums over the axes that nobody asks for any more. */
function reduceTo({ x, names }: Named, wanted: ReadonlySet<string>): Named {
  const gone = names.flatMap((name, axis) => (wanted.has(name) ? [] : [axis]));
  if (gone.length === 0) return { x, names };
  return { x: sum(x, gone), names: names.filter((name) => wanted.has(name)) };
}

function arrange({ x, names }: Named, order: readonly string[]): NDArray {
  return transpose(
    x,
    order.map((name) => names.indexOf(name)),
  );
}

/**
 * The product of two arrays, summed over the shared axes that are not wanted: as matrices [shared, own, summed] × [shared, summed, own],
 * or elementwise where nothing is summed.
 */
function multiply(a: Named, b: Named, wanted: ReadonlySet<string>): Named {
  const inBoth = a.names.filter((name) => b.names.includes(name));
  const shared = inBoth.filter((name) => wanted.has(name));
  const summed = inBoth.filter((name) => !wanted.has(name));
  const ownA = a.names.filter((name) => !inBoth.includes(name));
  const ownB = b.names.filter((name) => !inBoth.includes(name));
  const extent = (of: Named, list: readonly string[]) => list.map((name) => of.x.shape[of.names.indexOf(name)]!);
  const batch = extent(a, shared);
  const names = [...shared, ...ownA, ...ownB];
  const shape = [...batch, ...extent(a, ownA), ...extent(b, ownB)];
  const size = (of: Named, list: readonly string[]) => sizeOf(extent(of, list));
  if (summed.length === 0) {
    const left = reshape(arrange(a, [...shared, ...ownA]), [...batch, ...extent(a, ownA), ...ownB.map(() => 1)]);
    const right = reshape(arrange(b, [...shared, ...ownB]), [...batch, ...ownA.map(() => 1), ...extent(b, ownB)]);
    return { x: left.mul(right), names };
  }
  const stacks = sizeOf(batch);
  const inner = size(a, summed);
  const left = reshape(arrange(a, [...shared, ...ownA, ...summed]), [stacks, size(a, ownA), inner]);
  const right = reshape(arrange(b, [...shared, ...summed, ...ownB]), [stacks, inner, size(b, ownB)]);
  return { x: reshape(matmul(left, right), shape), names };
}

type Einsum = (pattern: string, ...xs: readonly NDArray[]) => NDArray;

/**
 * Products of arrays, summed over the named axes that are missing from the result: `einsum("n d, m d -> n m", X, Y)` is X·Yᵀ.
 *
 * Names are separated by spaces, arrays by commas; an empty list stands for a scalar. The arrays are multiplied from left to
 * right, two at a time, as matrix products. @throws ShapeError, with the pattern, on unknown or repeated names and on sizes that differ.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { einsum } from "steepest/ops";
 * const X = array([[1, 2], [3, 4]]);
 * console.log(einsum("n d, m d -> n m", X, X).toNested()); // [[5, 11], [11, 25]]
 * ```
 */
export const einsum: Op<Einsum> = op(
  {
    name: "einsum",
    derivative: "both modes",
    samples: [
      sample("n d, m d -> n m", [
        [2, 3],
        [2, 3],
      ]),
      sample("b n d, b m d -> b m n", [
        [2, 2, 3],
        [2, 1, 3],
      ]),
      sample("i j -> j", [[2, 3]]),
      sample("i j -> j i", [[2, 3]]),
      sample("i, j -> i j", [[2], [3]]),
      sample("b i, b i -> b", [
        [2, 3],
        [2, 3],
      ]),
      sample("a b, b c, c -> a", [[2, 2], [2, 3], [3]]),
      sample("i j, k -> k", [[2, 2], [2]]),
      sample("i, ->", [[3], []]),
    ],
  },
  (pattern, ...xs) => {
    const { terms, output } = parsePattern(
      pattern,
      xs.map((x) => x.shape),
    );
    const result = new Set(output);
    // An axis is summed as soon as neither the arrays that follow nor the result name it.
    const wantedAfter = (i: number): ReadonlySet<string> => new Set([...result, ...terms.slice(i + 1).flat()]);
    const operands = xs.map((x, i): Named => {
      const others = new Set([...output, ...terms.flatMap((names, k) => (k === i ? [] : names))]);
      return reduceTo({ x, names: terms[i]! }, others);
    });
    const product = operands.reduce((a, b, i) => multiply(a, b, wantedAfter(i)));
    return arrange(reduceTo(product, result), output);
  },
);

/** A sample whose truth is the definition: nested loops over all names. */
function sample(pattern: string, shapes: readonly (readonly number[])[]) {
  return {
    label: `"${pattern}"`,
    inputs: shapes.map((shape) => ({ shape, domain: [-2, 2] as const })),
    call: (...xs: NDArray[]) => einsum(pattern, ...xs),
    truth: (...xs: number[][]) => byDefinition(pattern, shapes, xs),
  };
}
