// Loops with a known count as one operation: the body is traced once, and differentiated as a body.
import { type AnyArray, concat, flatAny, type NDArray, stack } from "../../array/index.ts";
import { ShapeError } from "../../errors/index.ts";
import { transpose } from "../../ops/index.ts";
import { type ArraySpec, apply, kindOf, type Primitive, readTensor, sameShape, wrap } from "../../program/index.ts";
import { runBatched } from "../vmap.ts";
import {
  type Closed,
  call,
  close,
  type Flat,
  inlineClosed,
  specOf,
  tangentsOf,
  transposeOf,
  zerosOf,
} from "./closed.ts";
import { pack, packedSpec, packOperands, unpack } from "./pack.ts";

/** The body on lists of arrays: carry and one slice of the xs to the next carry and one y. */
type Body = (
  carry: readonly AnyArray[],
  xs: readonly AnyArray[],
  captured: readonly AnyArray[],
) => { carry: readonly AnyArray[]; ys: readonly AnyArray[] };

interface ScanParams {
  readonly body: Closed;
  readonly carries: number;
  readonly slices: number;
  readonly length: number;
  /** From the last slice to the first; ys keep their places. */
  readonly reverse: boolean;
  /** Of the results: the final carry, then the ys with their leading axis. */
  readonly outputs: readonly ArraySpec[];
}

/** carry ← body(carry, x) over the leading axis of xs; inputs are [carry…, xs…, captured…]. */
const scanPrimitive: Primitive<ScanParams> = {
  name: "scan",
  infer: (_inputs, { outputs }) => packedSpec(outputs),
  evaluate(inputs, output, params) {
    const like = params.body.program.outputs[0]!;
    const arrays = inputs.map((tensor) => wrap(like, tensor));
    const { carry, xs, captured } = partsOf(arrays, params);
    const body = bodyOf(params);
    const ys: AnyArray[][] = Array.from({ length: params.length }, () => []);
    let current: readonly AnyArray[] = carry;
    for (let i = 0; i < params.length; i++) {
      const at = params.reverse ? params.length - 1 - i : i;
      const result = body(
        current,
        xs.map((x) => (x as NDArray).at(at)),
        captured,
      );
      current = result.carry;
      ys[at] = [...result.ys];
    }
    // Over an empty axis the ys have no elements to write.
    const stacked = params.length === 0 ? [] : ys[0]!.map((_, k) => stack(ys.map((y) => y[k]!) as NDArray[]));
    const results = [...current, ...stacked];
    const packed = pack(results, params.outputs);
    output.data.set(readTensor(packed)!.data);
  },
  jvp({ inputs, tangents, params }) {
    const { carries, slices, length, reverse } = params;
    const { carry, xs, captured } = partsOf(inputs, params);
    const primal = bodyOf(params);
    // The carry before each step: what the derivative of each step is taken at.
    const before = scanFlat(
      (c, x, k) => ({ carry: primal(c, x, k).carry, ys: c }),
      carry,
      xs,
      captured,
      length,
      reverse,
    ).ys;
    const moving = carry.map((c) => kindOf(c.dtype) === "float");
    const dCarry = carry.flatMap((c, i) => (moving[i] ? [tangents[i] ?? (c as NDArray).zerosLike()] : []));
    const [dXs, dCaptured] = [tangents.slice(carries, carries + slices), tangents.slice(carries + slices)];
    const tangentBody: Body = (dc, x, k) => {
      const [primalCarry, rest] = [x.slice(0, carries), x.slice(carries)];
      const [slice, dSlice] = [rest.slice(0, slices), rest.slice(slices)];
      const [outer, dOuter] = [k.slice(0, captured.length), k.slice(captured.length)];
      const seeds = [
        ...spreadOut(moving, dc),
        ...spreadOut(defined(dXs), dSlice),
        ...spreadOut(defined(dCaptured), dOuter),
      ];
      const f = joined(primal, carries, slices);
      const moved = tangentsOf(f, [...primalCarry, ...slice, ...outer], seeds as (NDArray | undefined)[]);
      return { carry: moved.slice(0, carries).filter((_, i) => moving[i]), ys: moved.slice(carries) };
    };
    const given = (list: readonly (NDArray | undefined)[]) => list.filter((t) => t !== undefined);
    const result = scanFlat(
      tangentBody,
      dCarry,
      [...before, ...xs, ...given(dXs)],
      [...captured, ...given(dCaptured)],
      length,
      reverse,
    );
    const finals = spreadOut(moving, result.carry).map(
      (t, i) => t ?? zerosOf(inputs[0]!, { ...params.outputs[i]!, dtype: "f64" }),
    );
    return pack([...finals, ...result.ys], params.outputs);
  },
  // Loops in linear programs are those of the rule above: linear in their whole carry, also where it starts at constant zeros.
  transpose({ adjoint, inputs, specs, params }) {
    const { carries, slices, length, reverse } = params;
    const pieces = unpack(adjoint, params.outputs) as NDArray[];
    const [constXs, constCaptured] = [inputs.slice(carries, carries + slices), inputs.slice(carries + slices)];
    const openCaptured = constCaptured.flatMap((x, i) => (x === undefined ? [specs[carries + slices + i]!] : []));
    const kept = constXs.filter((x) => x !== undefined);
    const outer = constCaptured.filter((x) => x !== undefined);
    const sliceSpecs = specs.slice(carries, carries + slices).map((spec) => ({ ...spec, shape: spec.shape.slice(1) }));
    const body = bodyOf(params);
    const backwards: Body = (state, x, k) => {
      const ys = x.slice(0, params.outputs.length - carries);
      const constants = [
        ...new Array<undefined>(carries).fill(undefined),
        ...spreadOut(defined(constXs), x.slice(ys.length)),
        ...spreadOut(defined(constCaptured), k),
      ];
      const f = joined(body, carries, slices);
      const wanted = [...specs.slice(0, carries), ...sliceSpecs, ...specs.slice(carries + slices)];
      const adjoints = transposeOf(f, constants, wanted, [...state.slice(0, carries), ...ys] as NDArray[]);
      const sums = state
        .slice(carries)
        .map((sum, i) => (sum as NDArray).add(adjoints[adjoints.length - openCaptured.length + i]!));
      return {
        carry: [...adjoints.slice(0, carries), ...sums],
        ys: adjoints.slice(carries, adjoints.length - openCaptured.length),
      };
    };
    const start = [...pieces.slice(0, carries), ...openCaptured.map((spec) => zerosOf(adjoint, spec))];
    const result = scanFlat(backwards, start, [...pieces.slice(carries), ...kept], outer, length, !reverse);
    return [
      ...result.carry.slice(0, carries),
      ...spreadOut(
        constXs.map((x) => x === undefined),
        result.ys,
      ),
      ...spreadOut(
        constCaptured.map((x) => x === undefined),
        result.carry.slice(carries),
      ),
    ] as (NDArray | undefined)[];
  },
  lower(build, inputs, params) {
    const { carry, xs, captured } = partsOf(inputs, params);
    const explicit = params.body.program.inputs.length;
    const results = build.loop({
      count: params.length,
      reverse: params.reverse,
      carries: carry,
      rows: xs,
      shared: captured,
      body: (inside, all) => inlineClosed(inside, params.body, all.slice(0, explicit), all.slice(explicit)),
      tested: false,
    });
    return results === undefined ? undefined : packOperands(build, results, params.outputs);
  },
  batch({ inputs, batched, size, params }) {
    const { carries, slices, length, reverse } = params;
    const { carry, xs, captured } = partsOf(inputs, params);
    const body = bodyOf(params);
    const start = carry.map((c, i) =>
      batched[i] === true ? c : (c as NDArray).expandDims(0).broadcastTo([size, ...c.shape]),
    );
    // Slices run along the leading axis: examples come second.
    const rows = xs.map((x, i) => (batched[carries + i] === true ? swapFirst(x as NDArray) : x));
    const flags = [...carry.map(() => true), ...batched.slice(carries)];
    const stackedBody: Body = (c, x, k) => {
      const f = joined(body, carries, slices);
      const results = runBatched(f, [...c, ...x, ...k], flags, size);
      return { carry: results.slice(0, carries), ys: results.slice(carries) };
    };
    const result = scanFlat(stackedBody, start, rows, captured, length, reverse);
    const pieces = [...result.carry, ...result.ys.map((y) => swapFirst(y as NDArray))] as NDArray[];
    const { dtype } = packedSpec(params.outputs);
    const flat = pieces.map((piece) => piece.astype(dtype).reshape(size, -1) as NDArray); // the packed float width
    return concat(flat, 1);
  },
};

function swapFirst(x: NDArray): NDArray {
  return transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);
}

function partsOf<A>(
  inputs: readonly A[],
  { carries, slices }: ScanParams,
): { carry: readonly A[]; xs: readonly A[]; captured: readonly A[] } {
  return {
    carry: inputs.slice(0, carries),
    xs: inputs.slice(carries, carries + slices),
    captured: inputs.slice(carries + slices),
  };
}

function bodyOf({ body, carries, slices }: ScanParams): Body {
  const explicit = body.program.inputs.length - carries - slices;
  return (carry, xs, captured) => {
    const results = call(body, [...carry, ...xs, ...captured.slice(0, explicit)], captured.slice(explicit));
    return { carry: results.slice(0, carries), ys: results.slice(carries) };
  };
}

/** A body as one function of all its inputs. */
function joined(body: Body, carries: number, slices: number): Flat {
  return (all) => {
    const { carry, ys } = body(
      all.slice(0, carries),
      all.slice(carries, carries + slices),
      all.slice(carries + slices),
    );
    return [...carry, ...ys];
  };
}

/** Traces the body once and applies the loop. */
function scanFlat(
  body: Body,
  carry: readonly AnyArray[],
  xs: readonly AnyArray[],
  captured: readonly AnyArray[],
  length: number,
  reverse: boolean,
): { carry: AnyArray[]; ys: AnyArray[] } {
  const likes = [...carry, ...xs, ...captured];
  const specs = likes.map((x, i) => {
    const spec = { ...specOf(x), weak: false };
    const sliced = i >= carry.length && i < carry.length + xs.length;
    return sliced ? { ...spec, shape: spec.shape.slice(1) } : spec;
  });
  const closed = close(joined(body, carry.length, xs.length), likes, specs);
  const outputs = closed.outputs.map((spec, i) =>
    i < carry.length ? spec : { ...spec, shape: [length, ...spec.shape] },
  );
  const params: ScanParams = { body: closed, carries: carry.length, slices: xs.length, length, reverse, outputs };
  const packed = apply(scanPrimitive, [...likes, ...closed.captured], params) as NDArray;
  const results = unpack(packed, outputs);
  return { carry: results.slice(0, carry.length), ys: results.slice(carry.length) };
}

function defined(list: readonly unknown[]): boolean[] {
  return list.map((x) => x !== undefined);
}

/** The values at the places that are marked, `undefined` at the others. */
function spreadOut<A>(marks: readonly boolean[], values: readonly A[]): (A | undefined)[] {
  let next = 0;
  return marks.map((mark) => (mark ? values[next++] : undefined));
}

/**
 * carry ← step(carry, x) over the leading axis of `xs`; returns the last carry and the stacked ys.
 *
 * The body is traced once, however long the axis; it sees no values. Both derivative modes, to any order.
 * Memory of a gradient: one carry per step.
 * @throws ShapeError when the step returns a carry of another structure, shape or width, or the leading axes of `xs` differ.
 *
 * @example
 * ```ts
 * import { array, type NDArray, scalar, type Scalar, scan } from "steepest";
 * const [last, all] = scan((sum: Scalar, x: NDArray) => [sum.add(x) as Scalar, sum] as const, scalar(0), array([1, 2, 3]));
 * console.log(last.item(), all.toArray()); // 6 [0, 1, 3]
 * ```
 */
export function scan<C, X extends AnyArray, Y>(
  step: (carry: C, x: X) => readonly [carry: C, y: Y],
  init: C,
  xs: X,
): readonly [carry: C, ys: Y] {
  const start = flatAny(init);
  const [length] = xs.shape;
  if (length === undefined) {
    throw new ShapeError("scan: xs is a scalar; the loop runs over the leading axis of an array.", {
      code: "scalar-operand",
      operation: "scan",
      shapes: [xs.shape],
    });
  }
  let rebuildY: ((arrays: readonly AnyArray[]) => unknown) | undefined;
  const body: Body = (carry, [x]) => {
    const result = step(start.rebuild(carry) as C, x as X);
    const next = flatAny(result[0]);
    checkCarry("scan", start.arrays, next.arrays);
    const y = flatAny(result[1]);
    rebuildY = y.rebuild;
    return { carry: next.arrays, ys: y.arrays };
  };
  const { carry, ys } = scanFlat(body, start.arrays, [xs], [], length, false);
  return [start.rebuild(carry) as C, rebuildY!(ys) as Y]; // the structures that the step returned
}

/** @throws ShapeError unless a step returned a carry like the one that it was given. */
export function checkCarry(operation: string, given: readonly AnyArray[], returned: readonly AnyArray[]): void {
  const wrong = returned.findIndex(
    (x, i) => given[i] === undefined || x.dtype !== given[i].dtype || !sameShape(x.shape, given[i].shape),
  );
  if (given.length === returned.length && wrong === -1) return;
  const describe = (x: AnyArray | undefined) => (x === undefined ? "nothing" : `${x.dtype}[${x.shape.join(", ")}]`);
  const what =
    wrong === -1
      ? `${returned.length} arrays where the start has ${given.length}`
      : `${describe(returned[wrong])} at place ${wrong}, where the start has ${describe(given[wrong])}`;
  throw new ShapeError(
    `${operation}: the carry must keep its structure, shapes and widths; the step returned ${what}.`,
    {
      code: "carry-differs",
      operation,
      shapes: [...given, ...returned].map((x) => x.shape),
    },
  );
}
