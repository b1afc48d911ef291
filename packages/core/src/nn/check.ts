// What layers refuse: sizes that are none, inputs of another width.
import type { AnyArray } from "../array/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";

/** @throws OptionError for the first size that is not a positive integer. */
export function checkSizes(owner: string, sizes: Readonly<Record<string, number>>): void {
  for (const [option, size] of Object.entries(sizes)) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new OptionError(`${owner}: ${option} must be an integer of 1 or more, got ${size}.`, {
      code: "invalid-option",
      option,
    });
  }
}

/** @throws ShapeError unless the last axis of x has `width` entries. */
export function checkWidth(owner: string, x: AnyArray, width: number): void {
  if (x.shape.at(-1) === width) return;
  throw new ShapeError(
    `${owner}: the input ${formatShape(x.shape)} has ${x.shape.at(-1) ?? "no"} features along its last axis, but the layer takes ${width}.`,
    { code: "features-differ", operation: owner, shapes: [x.shape] },
  );
}

/** @throws ShapeError unless x has at least `least` axes. */
export function checkRank(owner: string, x: AnyArray, least: number, axes: string): void {
  if (x.ndim >= least) return;
  throw new ShapeError(`${owner}: the input has shape ${formatShape(x.shape)}, but it must be "${axes}".`, {
    code: "rank",
    operation: owner,
    shapes: [x.shape],
  });
}
