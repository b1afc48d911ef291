// Bounds on variables: checked once, then kept at every point.
import { formatNumber, OptionError } from "../errors/index.ts";
import type { Box } from "./solver.ts";

/** @throws OptionError when a bound is NaN, or lower > upper (names the entry). */
export function boxOf(
  owner: string,
  bounds: { readonly lower?: unknown; readonly upper?: unknown } | undefined,
  size: number,
  flatten: (what: string, tree: unknown) => Float64Array,
): Box | undefined {
  if (bounds?.lower === undefined && bounds?.upper === undefined) return undefined;
  const side = (name: "lower" | "upper", none: number) =>
    bounds[name] === undefined ? new Float64Array(size).fill(none) : flatten(`bounds.${name}`, bounds[name]);
  const lower = side("lower", -Infinity);
  const upper = side("upper", Infinity);
  for (let i = 0; i < size; i++) {
    if (lower[i]! <= upper[i]! && lower[i]! < Infinity && upper[i]! > -Infinity) continue;
    throw new OptionError(
      `${owner}: entry ${i} has the bounds ${formatNumber(lower[i]!)} and ${formatNumber(upper[i]!)}: no number lies between. A lower bound must not exceed the upper one; use ±Infinity for none.`,
      { code: "empty-bounds", option: "bounds" },
    );
  }
  return { lower, upper };
}

/** The nearest point of the box, as a new vector. */
export function clamped(x: Float64Array, box: Box | undefined): Float64Array {
  if (box === undefined) return x.slice();
  const { lower, upper } = box;
  return x.map((v, i) => (v < lower[i]! ? lower[i]! : Math.min(v, upper[i]!)));
}
