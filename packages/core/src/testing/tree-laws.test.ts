// The functions of `steepest/tree`; and mistakes that the laws must find.
import { describe, expect, it } from "vitest";
import { array, concat, type NDArray, stopGradient } from "../array/index.ts";
import { leaves, mapLeaves, ravel, sizeOf, zipLeaves } from "../entries/tree.ts";
import { failuresOf, namesOf, type TreeFunctions, treeLaws } from "./index.ts";

describe("functions on trees", () => {
  treeLaws({ test: it });
});

describe("the laws find planted mistakes", () => {
  const broken = (functions: Record<string, unknown>): string =>
    failuresOf((runner) => treeLaws(runner, functions as Partial<TreeFunctions>))
      .map(({ name }) => name)
      .join("\n");
  type Tree = Record<string, NDArray>;

  const mistakes: Readonly<Record<string, { functions: Record<string, unknown>; law: string }>> = {
    "leaves in alphabetical order": {
      functions: { leaves: (tree: Tree) => [...leaves(tree)].sort((a, b) => (a.path < b.path ? -1 : 1)) },
      law: "keys out of alphabetical order: leaves are named by path",
    },
    "paths without the place in a list": {
      functions: {
        leaves: (tree: Tree) => leaves(tree).map((leaf) => ({ ...leaf, path: leaf.path.replace(/^0\b/, "") })),
      },
      law: "a list: leaves are named by path",
    },
    "a map that copies": {
      functions: {
        mapLeaves: (tree: Tree, fn: (x: NDArray, path: string) => unknown) =>
          mapLeaves(tree, (x, path) => {
            const y = fn(x, path);
            return y === x ? x.mul(1) : y;
          }),
      },
      law: "mapping by the identity gives the same tree",
    },
    "a map without paths": {
      functions: {
        mapLeaves: (tree: Tree, fn: (x: NDArray, path: string) => unknown) => mapLeaves(tree, (x) => fn(x, "")),
      },
      law: "an object: mapping visits each leaf with its path",
    },
    "a map that closes gaps": {
      functions: {
        mapLeaves: (tree: Tree, fn: (x: NDArray, path: string) => unknown) => {
          const mapped = mapLeaves(tree, fn) as Record<string, unknown>;
          return "slot" in mapped ? { ...mapped, slot: array([]) } : mapped;
        },
      },
      law: "a gap: mapping by the identity gives the same tree",
    },
    "a zip that swaps": {
      functions: {
        zipLeaves: (a: Tree, b: Tree, fn: (x: NDArray, y: NDArray, path: string) => NDArray) => zipLeaves(b, a, fn),
      },
      law: "zipping pairs leaves of one place",
    },
    "a zip that drops what it does not know": {
      functions: {
        zipLeaves: (a: Tree, _b: Tree, fn: (x: NDArray, y: NDArray, path: string) => NDArray) => zipLeaves(a, a, fn),
      },
      law: "zipping names the first place at which two trees differ",
    },
    "a vector in the reverse order": {
      functions: {
        ravel: (tree: Tree) => {
          const all = [...leaves(tree)].reverse().map(({ value }) => value.flatten());
          return { ...ravel(tree), vector: all.length === 0 ? array([]) : concat(all) };
        },
      },
      law: "an object: ravel holds the leaves one after another",
    },
    "a restore that starts again for each leaf": {
      functions: {
        ravel: (tree: Tree) => ({
          ...ravel(tree),
          restore: (v: NDArray) => mapLeaves(tree, (x) => v.at([0, x.size]).reshape(...x.shape)),
        }),
      },
      law: "a nest: ravel holds the leaves one after another",
    },
    "a restore that forgets shapes": {
      functions: {
        ravel: (tree: Tree) => {
          const { vector, restore } = ravel(tree);
          return { vector, restore: (v: NDArray) => mapLeaves(restore(v), (x) => x.flatten()) };
        },
      },
      law: "an object: ravel holds the leaves one after another",
    },
    "a restore without a derivative": {
      functions: {
        ravel: (tree: Tree) => {
          const { vector, restore } = ravel(tree);
          return { vector, restore: (v: NDArray) => restore(stopGradient(v)) };
        },
      },
      law: "an object: ravel and restore are linear and differentiable, twice",
    },
    "a restore that reads its vector": {
      functions: {
        ravel: (tree: Tree) => {
          const { vector, restore } = ravel(tree);
          return { vector, restore: (v: NDArray) => restore(v.size > 0 && v.at(0).item() > 1e9 ? v.neg() : v) };
        },
      },
      law: "an object: ravel and restore work inside of compile",
    },
    "a restore that takes any length": {
      functions: {
        ravel: (tree: Tree) => {
          const { vector, restore } = ravel(tree);
          return { vector, restore: (v: NDArray) => restore(v.at([0, vector.size])) };
        },
      },
      law: "an object: ravel holds the leaves one after another",
    },
    "bytes of f64 whatever the width": {
      functions: { sizeOf: (tree: Tree) => ({ ...sizeOf(tree), bytes: sizeOf(tree).elements * 8 }) },
      law: "f32: sizes are those of the leaves",
    },
  };

  it("by every law at least one", () => {
    const all = new Set(namesOf((runner) => treeLaws(runner)).map((name) => name.replace(/^[^:]*: /, "")));
    const found = Object.values(mistakes).map(({ law }) => law.replace(/^[^:]*: /, ""));
    expect([...all].filter((law) => !found.some((start) => law.startsWith(start)))).toEqual([]);
  });

  it.each(Object.entries(mistakes))("%s", (_name, { functions, law }) => expect(broken(functions)).toContain(law));
});
