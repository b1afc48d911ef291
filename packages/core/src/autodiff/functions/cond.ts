// A choice between two functions as one operation: both are traced, one runs.
import { type AnyArray, flatAny, type NDArray, stack } from "../../array/index.ts";
import { formatShape, ShapeError } from "../../errors/index.ts";
import { where } from "../../ops/index.ts";
import { type ArraySpec, apply, kindOf, type Primitive, readTensor, sameShape, wrap } from "../../program/index.ts";
import { runBatched } from "../vmap.ts";
import { type Closed, call, close, type Flat, inlineClosed, tangentsOf, transposeOf } from "./closed.ts";
import { pack, packedSpec, packOperands, unpack } from "./pack.ts";

interface CondParams {
  readonly yes: Closed;
  readonly no: Closed;
  readonly outputs: readonly ArraySpec[];
}

/** Nodes of both branches that are cheaper to run than to leave the compiled program. */
const BOTH = 64;

/** Inputs are [predicate, arguments…, captured by yes…, captured by no…]. */
const condPrimitive: Primitive<CondParams> = {
  name: "cond",
  infer: (_inputs, { outputs }) => packedSpec(outputs),
  evaluate([predicate, ...rest], output, params) {
    const like = params.yes.program.outputs[0]!;
    const taken = predicate!.data[0] !== 0 ? branchOf(params, "yes") : branchOf(params, "no");
    const results = taken(rest.map((tensor) => wrap(like, tensor)));
    output.data.set(readTensor(pack(results, params.outputs))!.data);
  },
  jvp({ inputs: [predicate, ...rest], tangents: [, ...dRest], params }) {
    const moving = dRest.map((t) => t !== undefined);
    const along =
      (branch: Flat): Flat =>
      (all) => {
        const primals = all.slice(0, rest.length);
        let next = rest.length;
        const seeds = moving.map((moves) => (moves ? (all[next++] as NDArray) : undefined));
        return tangentsOf(branch, primals, seeds);
      };
    const given = dRest.filter((t) => t !== undefined);
    const results = condFlat(predicate!, along(branchOf(params, "yes")), along(branchOf(params, "no")), [
      ...rest,
      ...given,
    ]);
    return pack(results, params.outputs);
  },
  transpose({ adjoint, inputs: [predicate, ...rest], specs: [, ...restSpecs], params }) {
    const pieces = unpack(adjoint, params.outputs) as NDArray[];
    const constants = rest.filter((x) => x !== undefined);
    const back =
      (branch: Flat): Flat =>
      (all) => {
        let next = pieces.length;
        const known = rest.map((x) => (x === undefined ? undefined : all[next++]));
        return transposeOf(branch, known, restSpecs, all.slice(0, pieces.length) as NDArray[]);
      };
    const adjoints = condFlat(predicate!, back(branchOf(params, "yes")), back(branchOf(params, "no")), [
      ...pieces,
      ...constants,
    ]);
    let next = 0;
    return [undefined, ...rest.map((x) => (x === undefined ? (adjoints[next++] as NDArray) : undefined))];
  },
  // Short branches both run, and one is taken; the host runs one of long ones.
  lower(build, [predicate, ...rest], { yes, no, outputs }) {
    if (yes.program.nodes.length + no.program.nodes.length > BOTH) return undefined;
    const count = yes.program.inputs.length;
    const split = count + yes.captured.length;
    const args = rest.slice(0, count);
    const taken = inlineClosed(build, yes, args, rest.slice(count, split));
    const other = inlineClosed(build, no, args, rest.slice(split));
    const chosen = taken.map((a, i) =>
      build.map([build.broadcast(predicate!, a.shape), a, other[i]!], (b, [p, x, y]) => b.select(p!, x!, y!)),
    );
    return packOperands(build, chosen, outputs);
  },
  batch({ inputs: [predicate, ...rest], batched: [choosesEach, ...flags], size, params }) {
    const all =
      (branch: Flat): Flat =>
      (arrays) =>
        runBatched(branch, arrays, flags, size);
    const [yes, no] = [all(branchOf(params, "yes")), all(branchOf(params, "no"))];
    const results =
      choosesEach === true ? chooseEach(predicate!, yes(rest), no(rest)) : condFlat(predicate!, yes, no, rest);
    return stackPacked(results, params.outputs, size);
  },
};

/** With a predicate per example both branches run, and each example takes its own. */
function chooseEach(predicate: NDArray, yes: readonly AnyArray[], no: readonly AnyArray[]): AnyArray[] {
  return yes.map((a, i) => {
    const picks = (predicate as unknown as NDArray<"bool">).reshape(
      -1,
      ...new Array<number>(a.shape.length - 1).fill(1),
    ); // a bool
    return where(picks, a as NDArray, no[i] as NDArray).astype(a.dtype);
  });
}

/** Results with the examples in front, packed example by example. */
export function stackPacked(results: readonly AnyArray[], outputs: readonly ArraySpec[], size: number): NDArray {
  return stack(
    Array.from({ length: size }, (_, i) =>
      pack(
        results.map((x) => (x as NDArray).at(i)),
        outputs,
      ),
    ),
  );
}

function branchOf({ yes, no }: CondParams, which: "yes" | "no"): Flat {
  return (rest) => {
    const count = yes.program.inputs.length;
    const args = rest.slice(0, count);
    const split = count + yes.captured.length;
    return which === "yes" ? call(yes, args, rest.slice(count, split)) : call(no, args, rest.slice(split));
  };
}

function condFlat(predicate: AnyArray, yes: Flat, no: Flat, args: readonly AnyArray[]): AnyArray[] {
  const [a, b] = [close(yes, args), close(no, args)];
  checkBranches(a.outputs, b.outputs);
  if (a.outputs.length === 0) return [];
  const inputs = [predicate, ...args, ...a.captured, ...b.captured];
  const packed = apply(condPrimitive, inputs, { yes: a, no: b, outputs: a.outputs }) as NDArray;
  return unpack(packed, a.outputs);
}

/**
 * `yes()` where the predicate holds, else `no()`: both are traced, one runs.
 *
 * The branches may use any arrays around them, and return arrays, or objects and lists of them, of one structure.
 * Both derivative modes, to any order. Under `vmap` with a predicate per example both run and each example takes its own.
 * @throws ShapeError when the predicate is not one boolean, or the branches differ in structure, shapes or widths.
 *
 * @example
 * ```ts
 * import { cond, grad, type Scalar } from "steepest";
 * const f = (x: Scalar) => cond(x.greater(1), () => x.log(), () => x.sub(1) as Scalar);
 * console.log(grad(f)(2).item(), grad(f)(0.5).item()); // 0.5 1
 * ```
 */
export function cond<R>(predicate: NDArray<"bool">, yes: () => R, no: () => R): R {
  if (predicate.shape.length !== 0 || kindOf(predicate.dtype) !== "bool") {
    throw new ShapeError(
      `cond: the predicate is ${predicate.dtype}${formatShape(predicate.shape)}; it must be one boolean. Compare scalars, or choose elementwise with where(…).`,
      { code: "not-a-predicate", operation: "cond", shapes: [predicate.shape] },
    );
  }
  let rebuild: ((arrays: readonly AnyArray[]) => unknown) | undefined;
  const flat =
    (branch: () => R): Flat =>
    () => {
      const result = flatAny(branch());
      rebuild ??= result.rebuild;
      return result.arrays;
    };
  const results = condFlat(predicate, flat(yes), flat(no), [predicate]);
  return rebuild!(results) as R; // the structure that the branches returned
}

function checkBranches(yes: readonly ArraySpec[], no: readonly ArraySpec[]): void {
  const differs =
    yes.length !== no.length || yes.some((a, i) => a.dtype !== no[i]!.dtype || !sameShape(a.shape, no[i]!.shape));
  if (!differs) return;
  const describe = (specs: readonly ArraySpec[]) =>
    specs.map(({ dtype, shape }) => `${dtype}${formatShape(shape)}`).join(", ");
  throw new ShapeError(
    `cond: the branches must return the same structure, shapes and widths; yes returned ${describe(yes)}, no returned ${describe(no)}.`,
    {
      code: "branches-differ",
      operation: "cond",
      shapes: [...yes, ...no].map(({ shape }) => shape),
    },
  );
}
