// What every layer is: pure functions of parameters that are plain data, with derivatives.
import { type AnyArray, type NDArray, ravel, type Scalar, sizeOf, stack } from "../array/index.ts";
import { grad, hvp, jvp, vmap } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import { loadParams, saveParams } from "../io/index.ts";
import type { Module } from "../nn/index.ts";
import { kindOf } from "../program/index.ts";
import { key, normal } from "../random/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { treeText } from "./tree-text.ts";

/** The same operations in the same order; a compiling backend may fuse some. */
const COMPILED = 1e-12;
/** Central differences: step, and what rounding and the third derivative leave, of values of size 1 to 100. */
const H = 2e-6;
const TO_DIFFERENCES = 1e-6;
/** A few products of f32 numbers of size 1 to 10. */
const F32 = 1e-4;

export interface ModuleLawOptions {
  /** Whether `apply` draws while training. Default false. */
  draws?: boolean;
  /** Whether rows along the first axis are independent. Default true: the first axis counts examples. */
  batched?: boolean;
}

/** A layer and an input that it takes. */
export interface ModuleUnderTest<P, I extends AnyArray> {
  readonly module: Module<P, I>;
  readonly input: I;
}

const ROLES = ["matrix", "embedding", "head", "bias", "norm", "other"];

/**
 * The laws of one layer, at an input of its own.
 *
 * equal keys start equally, others otherwise · every parameter has a role · the table counts them · arguments untouched, equal
 * calls equal bits · derivatives by parameters and input equal differences, of first and second order · compiled = eager · examples are
 * independent, and vmap is the batch · f32 stays f32 · saved and loaded it is the same · keys matter while training, if at all.
 * @throws LawError (from the registered tests).
 *
 * @example
 * ```ts
 * import { linear } from "steepest/nn";
 * import { key, normal } from "steepest/random";
 * import { failuresOf, moduleLaws } from "steepest/testing";
 * const make = () => ({ module: linear(3, 2), input: normal(key(0), [4, 3]) });
 * console.log(failuresOf((runner) => moduleLaws(runner, "linear", make)).length); // 0
 * ```
 */
export function moduleLaws<P, I extends AnyArray>(
  runner: Runner,
  name: string,
  make: () => ModuleUnderTest<P, I>,
  options: ModuleLawOptions = {},
): void {
  const { draws = false, batched = true } = options;
  const law = (text: string, judge: (subject: Subject) => void): void => {
    runner.test(`${name}: ${text}`, () => {
      const { module, input } = make();
      const free = module as unknown as Free; // the laws see parameters as a tree
      judge({ module: free, input, params: moved(free.init(key(1))), weights: weightsFor(free, input) });
    });
  };

  law("equal keys start equally, others otherwise", ({ module }) => {
    const [one, same, other] = [module.init(key(5)), module.init(key(5)), module.init(key(6))].map(treeText);
    expectEqual("parameters of equal keys", same!, one!);
    const drawn = flattenTree(module.init(key(5))).some(({ value }) => !isConstant(value as NDArray));
    if (drawn && one === other) throw new LawError("other keys give the same parameters.");
  });

  law("every parameter has a role, and the table counts them", ({ module, params }) => {
    const paths = flattenTree(params).map(({ path }) => path);
    const roles = rolesOf(module.roles);
    expectEqual("paths of roles", [...roles.keys()].join(" "), paths.join(" "));
    for (const [path, role] of roles) {
      if (!ROLES.includes(role)) throw new LawError(`the role of "${path}" is ${role}, none of ${ROLES.join(", ")}.`);
    }
    const total = paths.length === 0 ? 0 : sizeOf(params as never).elements;
    const [last] = module.describe().split("\n").slice(-1);
    if (!last!.replaceAll(",", "").includes(String(total)))
      throw new LawError(`describe counts "${last}", not ${total}.`);
  });

  law("arguments are left alone, and equal calls give equal bits", ({ module, params, input }) => {
    const before = treeText({ params, input });
    const first = treeText(module.apply(params, input));
    expectEqual("parameters and input after apply", treeText({ params, input }), before);
    expectEqual("the second call", treeText(module.apply(params, input)), first);
  });

  law("derivatives of first and second order equal differences", ({ module, params, input, weights }) => {
    const float = kindOf(input.dtype) === "float";
    const tree = { params, ...(float && { input }) };
    if (flattenTree(tree).length === 0) return;
    const { vector, restore } = ravel(tree as never) as { vector: NDArray; restore(x: NDArray): typeof tree };
    const loss = (x: NDArray): Scalar => {
      const { params: p, input: i = input } = restore(x);
      return module.apply(p, i).mul(weights).sum();
    };
    const v = normal(key(60), vector.shape);
    const slope = grad(loss)(vector);
    const along = (f: (x: NDArray) => NDArray) =>
      f(vector.add(v.mul(H)))
        .sub(f(vector.sub(v.mul(H))))
        .div(2 * H);
    expectClose("slope along a direction", [slope.dot(v).item()], [along(loss).item()], TO_DIFFERENCES);
    expectClose("slope, forward mode", [jvp(loss, vector, v).tangent.item()], [slope.dot(v).item()], COMPILED);
    const curved = hvp(loss)(vector, v).toArray();
    expectClose("curvature along a direction", curved, along((x) => grad(loss)(x)).toArray(), TO_DIFFERENCES);
  });

  law("compiled = eager, in value and gradient", ({ module, params, input, weights }) => {
    const f = (p: unknown, x: AnyArray) => module.apply(p, x);
    const compiled = compile(f as never) as unknown as typeof f;
    expectClose("output", compiled(params, input).toArray(), f(params, input).toArray(), COMPILED);
    if (flattenTree(params).length === 0) return;
    const slope = (p: unknown, x: AnyArray) => (grad as Slope)((q) => module.apply(q, x).mul(weights).sum())(p);
    const numbers = (tree: unknown) => flattenTree(tree).flatMap(({ value }) => (value as NDArray).toArray());
    const found = (compile(slope as never) as unknown as typeof slope)(params, input);
    expectClose("gradient", numbers(found), numbers(slope(params, input)), COMPILED);
  });

  if (batched) {
    law("examples are independent, and vmap is the batch", ({ module, params, input }) => {
      const together = module.apply(params, input).toArray();
      const rows = Array.from({ length: input.shape[0]! }, (_, i) =>
        module.apply(params, (input as NDArray).at([i, i + 1])),
      );
      expectClose(
        "one by one",
        rows.flatMap((row) => row.toArray()),
        together,
        COMPILED,
      );
      if (input.ndim < 2) return;
      const pair = stack([input as NDArray, input as NDArray]);
      const mapped = (vmap as Mapping)((x) => module.apply(params, x))(pair);
      expectClose("vmap", mapped.toArray(), [...together, ...together], COMPILED);
    });
  }

  law("f32 stays f32", ({ module, params, input }) => {
    const narrow = (leaf: unknown) => (leaf as NDArray).astype("f32");
    const [p, x] = [mapTree(params, narrow), kindOf(input.dtype) === "float" ? narrow(input) : input];
    const y = module.apply(p, x as AnyArray);
    for (const { path, value } of flattenTree(module.init(key(2), { dtype: "f32" }))) {
      const { dtype } = value as NDArray;
      if (dtype !== "f32") throw new LawError(`init with dtype "f32" makes "${path}" ${dtype}.`);
    }
    if (y.dtype !== "f32") throw new LawError(`f32 parameters and input give ${y.dtype}.`);
    expectClose("output in f32", y.toArray(), module.apply(params, input).toArray(), F32);
  });

  law("saved and loaded it is the same", ({ module, params, input }) => {
    if (flattenTree(params).length === 0) return;
    const before = treeText(module.apply(params, input));
    const copy: unknown = loadParams(saveParams(params as never), module.init(key(9)) as never);
    expectEqual("output", treeText(module.apply(copy, input)), before);
  });

  law(draws ? "draws by the key alone, and only while training" : "draws nothing", ({ module, params, input }) => {
    const still = treeText(module.apply(params, input));
    const trained = (seed: number) => treeText(module.apply(params, input, { training: true, key: key(seed) }));
    expectEqual("output with a key, not training", treeText(module.apply(params, input, { key: key(3) })), still);
    expectEqual("output of equal keys", trained(3), trained(3));
    if (draws && trained(3) === trained(4)) throw new LawError("other keys give the same output while training.");
    if (!draws) expectEqual("output while training", trained(3), still);
  });
}

type Free = Module<unknown, AnyArray>;
/** Of any tree of parameters. */
type Slope = (f: (p: unknown) => Scalar) => (p: unknown) => unknown;
/** Of one array of any kind. */
type Mapping = (f: (x: AnyArray) => NDArray) => (xs: AnyArray) => NDArray;

interface Subject {
  readonly module: Free;
  readonly input: AnyArray;
  readonly params: unknown;
  /** So that no entry of the output stands for another. */
  readonly weights: NDArray;
}

/** Parameters that start at 0 or 1 hide mistakes: all are moved. */
function moved(params: unknown): unknown {
  let leaf = 0;
  return mapTree(params, (x) => (x as NDArray).add(normal(key(100 + leaf++), (x as NDArray).shape, { std: 0.3 })));
}

function weightsFor(module: Free, input: AnyArray): NDArray {
  return normal(key(50), module.apply(module.init(key(1)), input).shape);
}

function isConstant(x: NDArray): boolean {
  const [first, ...rest] = x.toArray();
  return rest.every((v) => v === first);
}

function rolesOf(roles: unknown, path = ""): Map<string, string> {
  if (typeof roles !== "object" || roles === null) return new Map([[path, String(roles)]]);
  const join = (name: string) => (path === "" ? name : `${path}.${name}`);
  return new Map(Object.entries(roles).flatMap(([name, child]) => [...rolesOf(child, join(name))]));
}

function expectEqual(what: string, actual: string, expected: string): void {
  if (actual === expected) return;
  const at = [...expected].findIndex((letter, i) => letter !== actual[i]);
  const cut = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  throw new LawError(`${what}: …${cut(actual)}… where …${cut(expected)}… is expected.`);
}
