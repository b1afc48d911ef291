// One thing per sample: weights and masks, brought to the shape of the losses.
import type { AnyArray } from "../array/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import { sameShape } from "../program/index.ts";

/** `x` over `samples`: a number for all, or an array whose axes are the first axes of the samples. */
export function samplesOf<A extends AnyArray>(
  owner: string,
  name: "mask" | "weights",
  x: A,
  samples: readonly number[],
): A {
  if (name === "mask" && x.dtype !== "bool") {
    throw new OptionError(
      `${owner}: mask is ${x.dtype}; it must be an array of conditions, such as labels.greaterEqual(0).`,
      { code: "not-a-mask", option: "mask" },
    );
  }
  if (sameShape(x.shape, samples)) return x;
  if (!sameShape(x.shape, samples.slice(0, x.ndim))) {
    throw new ShapeError(
      `${owner}: ${name} has shape ${formatShape(x.shape)}, but there are losses of shape ${formatShape(samples)}. ${name === "mask" ? "One condition" : "One weight"} per sample is needed.`,
      { code: "shapes-differ", operation: owner, shapes: [x.shape, samples] },
    );
  }
  const ones = samples.slice(x.ndim).map(() => 1);
  return x.reshape(...x.shape, ...ones).broadcastTo(samples) as A; // the kind stays
}
