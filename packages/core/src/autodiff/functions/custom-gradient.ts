// Functions with a derivative of one's own.
import { type AnyArray, flatAny, type NDArray } from "../../array/index.ts";
import { formatShape, ShapeError, TraceError } from "../../errors/index.ts";
import { batchByLoop } from "../../ops/index.ts";
import { type ArraySpec, apply, contentOf, type Primitive, readTensor, sameShape, wrap } from "../../program/index.ts";
import { close, tangentsOf } from "./closed.ts";

/** A function of one array with its derivative. */
export interface CustomRule<S> {
  readonly name: string;
  /** The value, and what the derivative will need: any object or list of arrays. */
  readonly forward: (x: NDArray) => { value: NDArray; saved: S };
  /** The adjoint of x from the adjoint of the value. */
  readonly backward: (saved: S, adjoint: NDArray) => NDArray;
  /** The tangent of the value from a tangent of x: for forward mode (`jvp`, `hessian`). */
  readonly tangent?: (saved: S, v: NDArray) => NDArray;
}

/**
 * A function with a derivative of one's own, in array operations, so that it can be differentiated again.
 *
 * Reverse mode uses `backward`, forward mode `tangent`.
 * @throws TraceError "no-forward-rule" when forward mode meets a rule without `tangent`.
 * @throws ShapeError when `backward` returns another shape than that of x.
 *
 * @example
 * ```ts
 * import { customGradient, grad, type NDArray } from "steepest";
 * const roundThrough = customGradient({
 *   name: "roundThrough",
 *   forward: (x) => ({ value: x.round(), saved: undefined }),
 *   backward: (_saved, adjoint) => adjoint,
 *   tangent: (_saved, v) => v,
 * });
 * console.log(grad((x: NDArray) => roundThrough(x).square().sum())([1.2, 2.7]).toArray()); // [2, 6]
 * ```
 */
export function customGradient<S>(rule: CustomRule<S>): (x: NDArray) => NDArray {
  const { name, forward, backward, tangent } = rule;

  /** Linear in the tangent v; inputs are [v, saved arrays…], and `rebuild` makes S of them. */
  interface Along {
    readonly rebuild: (arrays: readonly AnyArray[]) => unknown;
    readonly output: ArraySpec;
    /** Any array: it knows how to make its siblings. */
    readonly like: AnyArray;
  }
  const noForwardRule = (): TraceError =>
    new TraceError(
      `${name}: forward mode (jvp, hessian, forward Jacobians) needs a tangent rule, and customGradient was given none. Add tangent: (saved, v) => ….`,
      {
        code: "no-forward-rule",
      },
    );
  const along: Primitive<Along> = {
    name: `${name}Tangent`,
    infer: (_inputs, { output }) => output,
    evaluate(inputs, output, params) {
      if (tangent === undefined) throw noForwardRule();
      const [v, ...saved] = inputs.map((tensor) => wrap(params.like, tensor));
      output.data.set(readTensor(tangent(params.rebuild(saved) as S, v as NDArray))!.data);
    },
    jvp({ inputs, tangents, params }) {
      if (tangent === undefined) throw noForwardRule();
      const f = ([v, ...saved]: readonly AnyArray[]) => [tangent(params.rebuild(saved) as S, v as NDArray)];
      return tangentsOf(f, inputs, tangents)[0];
    },
    transpose({ adjoint, inputs: [, ...saved], specs: [v], params }) {
      const result = backward(params.rebuild(saved as AnyArray[]) as S, adjoint);
      if (!sameShape(result.shape, v!.shape)) {
        throw new ShapeError(
          `${name}: backward returned ${formatShape(result.shape)}, but x has shape ${formatShape(v!.shape)}.`,
          {
            code: "shapes-differ",
            operation: name,
            shapes: [result.shape, v!.shape],
          },
        );
      }
      return [result, ...saved.map(() => undefined)];
    },
    lower(build, inputs, { rebuild }) {
      if (tangent === undefined) return undefined;
      return build.call(([v, ...saved]) => [tangent(rebuild(saved) as S, v as NDArray)], inputs)?.[0];
    },
    batch: (context) => batchByLoop(along, context),
  };
  const value: Primitive<{ like: AnyArray }> = {
    name,
    infer([x], { like }) {
      const { outputs } = close(([y]) => [forward(y as NDArray).value], [like], [x!]);
      return outputs[0]!;
    },
    evaluate([x], output, { like }) {
      output.data.set(readTensor(forward(wrap(like, x!) as NDArray).value)!.data);
    },
    jvp({ inputs: [x], tangents: [dx], output }) {
      const saved = flatAny(forward(x!).saved);
      const { shape, dtype, weak } = contentOf(output);
      return apply(along, [dx!, ...saved.arrays], {
        rebuild: saved.rebuild,
        output: { shape, dtype, weak },
        like: x!,
      }) as NDArray;
    },
    lower: (build, inputs) => build.call(([x]) => [forward(x as NDArray).value], inputs)?.[0],
    batch: (context) => batchByLoop(value, context),
  };
  return (x) => apply(value, [x], { like: x }) as NDArray;
}
