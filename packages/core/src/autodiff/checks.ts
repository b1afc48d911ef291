// What transforms demand of functions and of their parameters.
import type { FlatTree, NDArray } from "../array/index.ts";
import { ShapeError } from "../errors/index.ts";
import { isArray, kindOf } from "../program/index.ts";

/** @throws ShapeError naming the first leaf that is no float: there is no gradient with respect to integers and booleans. */
export function checkFloats(operation: string, { arrays, paths }: FlatTree): void {
  const wrong = arrays.findIndex((x) => kindOf(x.dtype) !== "float");
  if (wrong === -1) return;
  const name = paths[wrong] === "" ? "the parameter" : `the parameter "${paths[wrong]}"`;
  throw new ShapeError(
    `${operation}: ${name} is ${arrays[wrong]!.dtype}; derivatives exist with respect to floats only. Pass it as a further argument, or convert it with astype("f64").`,
    { code: "not-a-float", operation, path: paths[wrong]! },
  );
}

/** @throws ShapeError unless `x` is an array. */
export function checkArray(operation: string, x: unknown): NDArray {
  if (isArray(x)) return x as NDArray;
  throw new ShapeError(`${operation}: the function returned ${x === null ? "null" : typeof x}, not an array.`, {
    code: "not-an-array",
    operation,
  });
}

/** @throws ShapeError unless `x` is a float array of rank 0. */
export function checkScalar(operation: string, x: unknown): NDArray {
  const result = checkArray(operation, x);
  if (result.shape.length === 0 && kindOf(result.dtype) === "float") return result;
  throw new ShapeError(
    `${operation}: the function returned ${result.dtype}[${result.shape.join(", ")}]; a gradient needs a float scalar. Reduce it with sum() or mean(), or use jacobian.`,
    { code: "not-a-scalar", operation, shapes: [result.shape] },
  );
}
