import type { AnyArray, NDArray } from "../array/types.ts";
import { OptionError, ShapeError } from "../errors/index.ts";
import { readTensor, tensor, wrap } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";
import { expandDims } from "./reshape.ts";

/**
 * Labels 0 … classes − 1 as rows of zeros with a one: the classes are a new last axis, in f64.
 *
 * @throws ShapeError on a label outside of the classes.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { oneHot } from "steepest/ops";
 * console.log(oneHot(array([2, 0], { dtype: "i32" }), 3).toNested()); // [[0, 0, 1], [1, 0, 0]]
 * ```
 */
export const oneHot: Op<(labels: NDArray<"int">, classes: number) => NDArray> = op(
  {
    name: "oneHot",
    derivative: "none",
    samples: [
      {
        label: "[3] of 2",
        inputs: [{ shape: [3], domain: [0, 1.99], kinks: [1] }],
        call: (x) => oneHot(cast(x!, "i32"), 2),
        truth: (x) => x!.flatMap((v) => (v < 1 ? [1, 0] : [0, 1])),
      },
    ],
  },
  (labels, classes) => {
    if (!Number.isInteger(classes) || classes < 1) {
      throw new OptionError(`oneHot: classes must be an integer of 1 or more, got ${classes}.`, {
        code: "invalid-option",
        option: "classes",
      });
    }
    checkLabels(labels, classes);
    const positions = wrap(
      labels,
      tensor(
        [classes],
        Int32Array.from({ length: classes }, (_, i) => i),
      ),
    );
    return cast(equal(expandDims(labels, labels.shape.length), positions), "f64");
  },
);

/** Labels that are known. Those of a traced function are not, and outside of the classes they give a row of zeros. */
function checkLabels(labels: AnyArray, classes: number): void {
  const data = readTensor(labels)?.data ?? [];
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label >= 0 && label < classes) continue;
    throw new ShapeError(`oneHot: label ${label} (entry ${i}) is outside of 0 … ${classes - 1}.`, {
      code: "index-outside",
      operation: "oneHot",
      shapes: [labels.shape],
    });
  }
}
