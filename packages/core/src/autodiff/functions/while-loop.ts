// A loop whose count depends on values, as one operation.
import { type AnyArray, arange, flatAny, type NDArray } from "../../array/index.ts";
import { OptionChecker, ShapeError, TraceError } from "../../errors/index.ts";
import { max, where } from "../../ops/index.ts";
import { type ArraySpec, apply, kindOf, type Primitive, readTensor, wrap } from "../../program/index.ts";
import { runBatched } from "../vmap.ts";
import { type Closed, call, close, type Flat, inlineClosed, specOf, tangentsOf } from "./closed.ts";
import { stackPacked } from "./cond.ts";
import { pack, packedSpec, packOperands, unpack } from "./pack.ts";
import { checkCarry, scan } from "./scan.ts";

interface WhileParams {
  readonly test: Closed;
  readonly body: Closed;
  readonly outputs: readonly ArraySpec[];
  readonly maxSteps: number | undefined;
}

const UNBOUNDED = 2 ** 31 - 1;

/** Inputs are [carry…, captured by test…, captured by body…]. */
const whilePrimitive: Primitive<WhileParams> = {
  name: "whileLoop",
  infer: (_inputs, { outputs }) => packedSpec(outputs),
  evaluate(inputs, output, params) {
    const like = params.body.program.outputs[0]!;
    const arrays = inputs.map((tensor) => wrap(like, tensor));
    const outer = arrays.slice(params.outputs.length);
    const { test, body } = partsOf(params);
    let carry: readonly AnyArray[] = arrays.slice(0, params.outputs.length);
    for (let i = 0; i !== params.maxSteps && (test(carry, outer)[0] as NDArray).item() !== 0; i++)
      carry = body(carry, outer);
    output.data.set(readTensor(pack(carry, params.outputs))!.data);
  },
  jvp({ inputs, tangents, params }) {
    if (params.maxSteps !== undefined) {
      return pack(
        tangentsOf((all) => boundedLoop(all, params), inputs, tangents),
        params.outputs,
      );
    }
    const count = params.outputs.length;
    const moving = params.outputs.map(({ dtype }) => kindOf(dtype) === "float");
    const [carry, outer] = [inputs.slice(0, count), inputs.slice(count)];
    const start = carry.flatMap((c, i) => (moving[i] ? [tangents[i] ?? c.zerosLike()] : []));
    const { test, body } = partsOf(params);
    // Values and tangents run together: the test looks at the values alone.
    const both: Flat = (all) => {
      const [c, dc] = [all.slice(0, count), all.slice(count)];
      let next = 0;
      const seeds = [...moving.map((moves) => (moves ? (dc[next++] as NDArray) : undefined)), ...tangents.slice(count)];
      const moved = tangentsOf((xs) => body(xs.slice(0, count), xs.slice(count)), [...c, ...outer], seeds);
      return [...body(c, outer), ...moved.filter((_, i) => moving[i])];
    };
    const results = whileFlat((all) => test(all.slice(0, count), outer), both, [...carry, ...start], undefined);
    let next = count;
    const finals = carry.map((c, i) => (moving[i] ? results[next++]! : c.zerosLike()));
    return pack(finals, params.outputs);
  },
  transpose() {
    throw new TraceError(
      "whileLoop: a loop without a bound cannot be differentiated backwards, because its trip count is not known. Give maxSteps, or use scan or forward mode (jvp).",
      { code: "no-reverse-rule" },
    );
  },
  lower(build, inputs, { test, body, outputs, maxSteps = UNBOUNDED }) {
    const count = outputs.length;
    const split = count + test.captured.length;
    const results = build.loop({
      count: maxSteps,
      reverse: false,
      carries: inputs.slice(0, count),
      rows: [],
      shared: inputs.slice(count),
      body: (inside, all) => {
        const carry = all.slice(0, count);
        const [goesOn] = inlineClosed(inside, test, carry, all.slice(count, split));
        return [...inlineClosed(inside, body, carry, all.slice(split)), goesOn!];
      },
      tested: true,
    });
    return results === undefined ? undefined : packOperands(build, results, outputs);
  },
  batch({ inputs, batched, size, params }) {
    const count = params.outputs.length;
    const { test, body } = partsOf(params);
    const outer = inputs.slice(count);
    const flags = [...params.outputs.map(() => true), ...batched.slice(count)];
    const start = inputs
      .slice(0, count)
      .map((c, i) => (batched[i] === true ? c : c.expandDims(0).broadcastTo([size, ...c.shape])));
    const active = (carry: readonly AnyArray[]) =>
      runBatched((all) => test(all.slice(0, count), all.slice(count)), [...carry, ...outer], flags, size)[0]!;
    // All examples run until the last one ends; those that have ended keep their carry.
    const step: Flat = (carry) => {
      const moved = runBatched((all) => body(all.slice(0, count), all.slice(count)), [...carry, ...outer], flags, size);
      return keepWhere(active(carry), moved, carry);
    };
    const some: Flat = (carry) => [max(active(carry).astype("i32") as AnyArray as NDArray).greater(0)]; // counts, compared
    return stackPacked(whileFlat(some, step, start, params.maxSteps), params.outputs, size);
  },
};

/** The loop with a bound, as a scan that stops moving when the test fails: it can be differentiated backwards. */
function boundedLoop(inputs: readonly AnyArray[], params: WhileParams): readonly AnyArray[] {
  const count = params.outputs.length;
  const outer = inputs.slice(count);
  const { test, body } = partsOf(params);
  const step = (carry: readonly AnyArray[]) =>
    [keepWhere(test(carry, outer)[0]!, body(carry, outer), carry), []] as const;
  return scan<readonly AnyArray[], NDArray<"int">, readonly AnyArray[]>(
    step,
    inputs.slice(0, count),
    arange(params.maxSteps!),
  )[0];
}

function keepWhere(condition: AnyArray, moved: readonly AnyArray[], kept: readonly AnyArray[]): AnyArray[] {
  return moved.map((x, i) => {
    const missing = x.shape.length - condition.shape.length;
    const picks = condition.reshape(...condition.shape, ...new Array<number>(missing).fill(1)) as NDArray<"bool">;
    return where(picks, x as NDArray, kept[i] as NDArray).astype(x.dtype);
  });
}

function partsOf({
  test,
  body,
}: WhileParams): Record<
  "test" | "body",
  (carry: readonly AnyArray[], outer: readonly AnyArray[]) => readonly AnyArray[]
> {
  const split = test.captured.length;
  return {
    test: (carry, outer) => call(test, carry, outer.slice(0, split)),
    body: (carry, outer) => call(body, carry, outer.slice(split)),
  };
}

function whileFlat(test: Flat, body: Flat, carry: readonly AnyArray[], maxSteps: number | undefined): AnyArray[] {
  const specs = carry.map((c) => ({ ...specOf(c), weak: false }));
  const [closedTest, closedBody] = [close(test, carry, specs), close(body, carry, specs)];
  const params: WhileParams = { test: closedTest, body: closedBody, outputs: specs, maxSteps };
  const inputs = [...carry, ...closedTest.captured, ...closedBody.captured];
  return unpack(apply(whilePrimitive, inputs, params) as NDArray, specs);
}

export interface WhileLoopOptions {
  /** The loop ends after this many rounds at the latest; needed for reverse mode. Default: no bound. */
  maxSteps?: number;
}

/**
 * carry ← body(carry) while test(carry) holds.
 *
 * Test and body are traced once and see no values. Forward mode always; reverse mode needs `maxSteps`, and costs that many rounds.
 * @throws ShapeError when the body changes structure, shapes or widths, or the test is not one boolean.
 * @throws TraceError "no-reverse-rule" when a gradient meets a loop without `maxSteps`.
 *
 * @example
 * ```ts
 * import { scalar, type Scalar, whileLoop } from "steepest";
 * const root = whileLoop(
 *   (x: Scalar) => x.square().sub(2).abs().greater(1e-12),
 *   (x: Scalar) => x.add(scalar(2).div(x)).div(2),
 *   scalar(1),
 * );
 * console.log(root.item()); // 1.414213562373095
 * ```
 */
export function whileLoop<C>(
  test: (carry: C) => NDArray<"bool">,
  body: (carry: C) => C,
  init: C,
  options: WhileLoopOptions = {},
): C {
  new OptionChecker("whileLoop", options, ["maxSteps"]).integer("maxSteps", 0).done();
  const start = flatAny(init);
  const flatTest: Flat = (carry) => {
    const result = test(start.rebuild(carry) as C);
    if (result.shape.length === 0 && kindOf(result.dtype) === "bool") return [result];
    throw new ShapeError(
      `whileLoop: the test returned ${result.dtype}[${result.shape.join(", ")}]; it must be one boolean.`,
      {
        code: "not-a-predicate",
        operation: "whileLoop",
        shapes: [result.shape],
      },
    );
  };
  const flatBody: Flat = (carry) => {
    const next = flatAny(body(start.rebuild(carry) as C));
    checkCarry("whileLoop", start.arrays, next.arrays);
    return next.arrays;
  };
  return start.rebuild(whileFlat(flatTest, flatBody, start.arrays, options.maxSteps)) as C; // the structure of init
}
