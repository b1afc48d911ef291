// Plain JavaScript inside of compiled functions: evaluated at every call, before the program runs.
import { type AnyArray, type NDArray, type Scalar, scalar } from "../array/index.ts";
import { ShapeError, TraceError } from "../errors/index.ts";
import { apply, callSite, contentOf, isTraced, type Primitive, readTensor } from "../program/index.ts";

interface HostParams {
  readonly fn: (...inputs: number[]) => number;
}

const hostValue: Primitive<HostParams> = {
  name: "onHost",
  infer: () => ({ shape: [], dtype: "f64", weak: true }), // takes the width of the array that it meets
  evaluate(inputs, output, { fn }) {
    output.data[0] = fn(...inputs.map(({ data }) => data[0]!));
  },
};

/**
 * A plain JS function of scalars as a scalar. Inside of `compile` it is evaluated at every call, in f64, without a new trace:
 * this is how schedules enter a compiled step. Its derivative is 0.
 *
 * The result takes the width of the array that it meets.
 * @throws TraceError "host-needs-input" when an input is computed by the program instead of passed to it.
 *
 * @example
 * ```ts
 * import { array, compile, type NDArray, onHost } from "steepest";
 * const scaled = compile((x: NDArray, step: NDArray<"int">) => x.mul(onHost((t) => 1 / (1 + t), step)));
 * console.log(scaled([6], array(1, { dtype: "i32" })).toArray()); // [3]
 * console.log(scaled([6], array(2, { dtype: "i32" })).toArray()); // [2]
 * console.log(scaled.stats.signatures); // 1
 * ```
 */
export function onHost(fn: (...inputs: number[]) => number, ...inputs: readonly (Scalar | NDArray<"int">)[]): Scalar {
  for (const x of inputs as readonly AnyArray[]) {
    if (x.shape.length !== 0) {
      throw new ShapeError(`onHost: takes scalars, got an array of shape [${x.shape.join(", ")}].`, {
        code: "not-a-scalar",
        operation: "onHost",
        shapes: [x.shape],
      });
    }
    if (readTensor(x) === undefined && !isHostReadable(x)) {
      const at = callSite();
      throw new TraceError(
        "onHost: an input is computed by the program, so its value is not known before the program runs. Pass the values as an argument, or as an array to scan over.",
        { code: "host-needs-input", ...(at === undefined ? {} : { at }) },
      );
    }
  }
  if (inputs.length === 0) return scalar(fn());
  return apply(hostValue, inputs, { fn }) as Scalar;
}

/** Arguments of a compiled function, and other host values. */
function isHostReadable(x: AnyArray): boolean {
  const content = contentOf(x);
  if (!isTraced(content)) return true;
  if (content.value !== undefined) return isHostReadable(content.value);
  return content.primitive === undefined ? content.trace.readable : content.primitive === hostValue;
}
