// Cards: what an operation says of itself so that the laws find and test it without further words.
import type { NDArray } from "../array/types.ts";

/** One float input of a sample call. */
export interface SampleInput {
  readonly shape: readonly number[];
  /** Values are drawn from here. */
  readonly domain: readonly [low: number, high: number];
  /** Where the operation is not smooth: laws come close and never sit on them. */
  readonly kinks?: readonly number[];
  /** Where the way of computing changes and the function is smooth: laws come close. */
  readonly switches?: readonly number[];
}

/** A call that the laws make with random inputs. */
export interface OpSample {
  readonly label: string;
  readonly inputs: readonly SampleInput[];
  readonly call: (...xs: NDArray[]) => NDArray;
  /** The same on flat row-major numbers, in plain JS: what the result must be. */
  readonly truth: (...xs: number[][]) => number[];
  /** Whether the operation is smooth around this point; laws of derivatives draw again where it is not. Default: yes. */
  readonly smooth?: (...xs: number[][]) => boolean;
  /** One number per input, which fills it: there value or slope are not finite, and behind a `where` that must do no harm. */
  readonly singular?: readonly (readonly number[])[];
}

export interface OpCard {
  readonly name: string;
  /** "none": the derivative is 0 or does not exist (comparisons, rounding, positions). */
  readonly derivative: "both modes" | "none";
  /** Conventions at kinks, for the table of the docs. */
  readonly kinks?: string;
  readonly samples: readonly OpSample[];
}

/** An operation with its card. */
export type Op<F> = F & { readonly card: OpCard };

export function op<F extends (...args: never[]) => unknown>(card: OpCard, f: F): Op<F> {
  return Object.assign(f, { card });
}

/** The card of an export, where it has one. */
export function cardOf(value: unknown): OpCard | undefined {
  return typeof value === "function" && "card" in value ? (value as { card: OpCard }).card : undefined;
}
