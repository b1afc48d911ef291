// What functions on trees keep, over trees of every kind.
import {
  array,
  leaves,
  mapLeaves,
  type NDArray,
  ravel,
  type Scalar,
  scalar,
  sizeOf,
  zipLeaves,
} from "../array/index.ts";
import { grad, hessian, jvp } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import { bytesOf } from "../program/index.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { treeText } from "./tree-text.ts";

/** The functions of `steepest/tree` that have laws. */
export interface TreeFunctions {
  readonly leaves: typeof leaves;
  readonly mapLeaves: typeof mapLeaves;
  readonly zipLeaves: typeof zipLeaves;
  readonly ravel: typeof ravel;
  readonly sizeOf: typeof sizeOf;
}

/** A tree of any structure; `paths` in the order of its leaves. */
export interface TreeSample {
  readonly name: string;
  readonly tree: unknown;
  readonly paths: readonly string[];
  /** Some entries are undefined: such a tree is a state, no tree of parameters. */
  readonly gaps?: true;
}

type Tree = Record<string, NDArray>; // stands for every structure; the laws never look into it

/**
 * The laws of functions on trees, over one array, objects, lists, nests of both, gaps, empty arrays and both widths.
 *
 * Leaves have dotted paths, in the order in which they are written · mapping by the identity and zipping rebuild the same
 * structure, around the same arrays · two structures that differ are refused by path · ravel and restore are inverse, linear,
 * differentiable to second order, and work inside of compile · sizes are those of the leaves · arguments are left alone.
 *
 * Without `functions`, those of `steepest/tree` are tested. `more` adds trees of one's own, such as a model's parameters.
 * @throws LawError (from the registered tests).
 *
 * @example
 * ```ts
 * import { failuresOf, treeLaws } from "steepest/testing";
 * console.log(failuresOf((runner) => treeLaws(runner)).length); // 0
 * ```
 */
export function treeLaws(
  runner: Runner,
  functions: Partial<TreeFunctions> = {},
  more: readonly TreeSample[] = [],
): void {
  const all: TreeFunctions = { leaves, mapLeaves, zipLeaves, ravel, sizeOf, ...functions };
  for (const sample of [...samples(), ...more]) {
    for (const [text, law] of Object.entries(laws)) {
      runner.test(`${sample.name}: ${text}`, () => law(sample.tree as Tree, all, sample));
    }
  }
}

function samples(): TreeSample[] {
  const x = array([1, -2, 0.5]) as NDArray;
  const A = array([
    [1, 2],
    [3, -4],
  ]) as NDArray;
  const narrow = array([0.1, 0.2], { dtype: "f32" }) as NDArray;
  return [
    { name: "one array", tree: x, paths: [""] },
    { name: "one scalar", tree: scalar(3), paths: [""] },
    { name: "an object", tree: { w: A, b: scalar(2) }, paths: ["w", "b"] },
    { name: "keys out of alphabetical order", tree: { z: x, a: A, m: scalar(1) }, paths: ["z", "a", "m"] },
    { name: "a list", tree: [A, x, scalar(-1)], paths: ["0", "1", "2"] },
    {
      name: "a nest",
      tree: { blocks: [{ w: A, b: x }, { w: x }], head: [scalar(1), { bias: scalar(2) }] },
      paths: ["blocks.0.w", "blocks.0.b", "blocks.1.w", "head.0", "head.1.bias"],
    },
    { name: "a list of eleven", tree: Array.from({ length: 11 }, (_, i) => scalar(i)), paths: numbered(11) },
    { name: "a gap", tree: { w: x, slot: undefined, b: scalar(2) }, paths: ["w", "b"], gaps: true },
    { name: "an empty array", tree: { none: array([]), w: x }, paths: ["none", "w"] },
    { name: "an array twice", tree: { a: x, b: x }, paths: ["a", "b"] },
    { name: "f32", tree: { w: narrow, b: narrow.at(0) }, paths: ["w", "b"] },
    { name: "nothing", tree: {}, paths: [] },
    { name: "empty branches", tree: { a: [], b: { c: {} }, w: x }, paths: ["w"] },
  ];
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

const laws: Readonly<Record<string, (tree: Tree, functions: TreeFunctions, sample: TreeSample) => void>> = {
  "leaves are named by path, in the order in which they are written"(tree, { leaves }, { paths }) {
    expectText(
      "paths",
      leaves(tree)
        .map(({ path }) => path)
        .join(" "),
      paths.join(" "),
    );
    for (const { path, value } of leaves(tree)) {
      if (value !== at(tree, path)) throw new LawError(`the leaf "${path}" is not the array at that place.`);
    }
  },

  "mapping visits each leaf with its path"(tree, { mapLeaves }, { paths }) {
    const seen: string[] = [];
    mapLeaves(tree, (leaf, path) => {
      if (leaf !== at(tree, path)) throw new LawError(`"${path}" was visited with another array.`);
      return seen.push(path);
    });
    expectText("paths", seen.join(" "), paths.join(" "));
  },

  "mapping by the identity gives the same tree, and leaves the argument alone"(tree, { mapLeaves, leaves }) {
    const before = treeText(tree);
    const same = mapLeaves(tree, (leaf) => leaf);
    expectText("structure", treeText(same), before);
    mapLeaves(tree, (leaf) => leaf.add(1));
    expectText("the argument afterwards", treeText(tree), before);
    const arrays = leaves(same as unknown as Tree).map(({ value }) => value);
    if (arrays.some((value, i) => value !== leaves(tree)[i]!.value)) throw new LawError("leaves were copied.");
  },

  "zipping pairs leaves of one place"(tree, { zipLeaves, mapLeaves, leaves }) {
    const doubled = mapLeaves(tree, (leaf) => leaf.mul(2)) as unknown as Tree;
    const sum = zipLeaves(tree, doubled, (a, b) => b.sub(a));
    expectText("2x − x", treeText(sum), treeText(mapLeaves(tree, (leaf) => leaf.mul(2).sub(leaf))));
    const named = zipLeaves(tree, tree, (a, _b, path) => (a === at(tree, path) ? a : a.mul(Number.NaN)));
    expectClose("leaves by path", numbersOf(leaves(named)), numbersOf(leaves(tree)), 0);
  },

  "zipping names the first place at which two trees differ"(tree, { zipLeaves }) {
    for (const [a, b] of [
      [{ tree, more: scalar(1) }, { tree }],
      [{ tree }, { tree, more: scalar(1) }],
    ] as unknown as [Tree, Tree][]) {
      const said = messageOf(() => zipLeaves(a, b, (x) => x));
      if (!said.includes('"more"')) throw new LawError(`a tree with one leaf more: ${said || "no error"}.`);
    }
  },

  "ravel holds the leaves one after another, and restore is its inverse"(tree, { ravel, leaves }) {
    const { vector, restore } = ravel(tree);
    expectClose("the vector", vector.toArray(), numbersOf(leaves(tree)), 0);
    expectText("restored", treeText(restore(vector)), treeText(tree));
    const other = vector.mul(3).add(1);
    expectClose("raveled again", ravel(restore(other)).vector.toArray(), other.toArray(), 0);
    const said = messageOf(() => restore(array(new Float64Array(vector.size + 1)) as NDArray));
    if (!said.includes(String(vector.size))) throw new LawError(`a vector that is too long: ${said || "no error"}.`);
  },

  "ravel and restore are linear and differentiable, twice"(tree, { ravel, leaves }, { gaps }) {
    if (leaves(tree).length === 0) return; // nothing to differentiate by
    const { vector, restore } = ravel(tree);
    const x = vector.astype("f64") as NDArray;
    const back = (v: NDArray): NDArray => ravel(restore(v)).vector;
    const v = x.mul(0.5).add(0.25);
    expectClose("J·v of restore and ravel", jvp(back, x, v).tangent.toArray(), v.toArray(), 0);
    // ½Σ cᵢ‖leafᵢ‖² has gradient cᵢ·leafᵢ and Hessian diag(c)
    const weighted = (p: Tree): Scalar =>
      leaves(p).reduce(
        (sum, { value }, i) =>
          sum.add(
            value
              .square()
              .sum()
              .mul((i + 1) / 2),
          ),
        scalar(0),
      );
    const wanted = leaves(tree).flatMap(({ value }, i) => value.toArray().map((leaf) => (i + 1) * leaf));
    const curvature = leaves(tree).flatMap(({ value }, i) => value.toArray().map(() => i + 1));
    expectClose("gradient through restore", grad((w: NDArray) => weighted(restore(w)))(x).toArray(), wanted, 1e-14);
    const H = hessian((w: NDArray) => weighted(restore(w)))(x);
    expectClose("Hessian through restore", H.matmul(x.onesLike()).toArray(), curvature, 1e-14);
    if (gaps) return;
    const onTree = (p: Tree): Scalar => ravel(p).vector.square().sum().mul(0.5) as Scalar;
    const gradient = leaves(grad(onTree)(tree as never) as unknown as Tree);
    expectClose("gradient through ravel", numbersOf(gradient), numbersOf(leaves(tree)), 1e-14);
  },

  "ravel and restore work inside of compile"(tree, { ravel }) {
    const { vector, restore } = ravel(tree);
    const through = compile((v: NDArray) => ravel(restore(v)).vector.mul(2));
    expectClose("compiled", through(vector).toArray(), vector.mul(2).toArray(), 0);
  },

  "sizes are those of the leaves"(tree, { sizeOf, leaves }) {
    const all = leaves(tree).map(({ value }) => value);
    const elements = all.reduce((sum, { size }) => sum + size, 0);
    const bytes = all.reduce((sum, { size, dtype }) => sum + size * bytesOf(dtype), 0);
    const found = sizeOf(tree);
    expectClose(
      "leaves, elements, bytes",
      [found.leaves, found.elements, found.bytes],
      [all.length, elements, bytes],
      0,
    );
  },
};

function at(tree: unknown, path: string): unknown {
  if (path === "") return tree;
  return path.split(".").reduce((node, key) => (node as Readonly<Record<string, unknown>>)[key], tree);
}

function numbersOf(all: readonly { value: NDArray }[]): number[] {
  return all.flatMap(({ value }) => value.toArray());
}

function expectText(what: string, actual: string, expected: string): void {
  if (actual !== expected) throw new LawError(`${what}: ${actual}, expected ${expected}.`);
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}
