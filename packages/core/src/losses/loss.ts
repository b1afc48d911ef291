// What a loss is: one formula per sample, and everything around it once for all of them.
import { type ArrayLike, array, type NDArray, type Scalar, where } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { isArray } from "../program/index.ts";
import { checkReductionOptions, REDUCTION_OPTIONS, reduceLosses } from "./reduction.ts";
import { samplesOf } from "./samples.ts";
import { checkTarget, type TargetKind, targetArray } from "./target.ts";

export interface LossOptions {
  /** Default "mean". Sums are pairwise, and in f64 whatever the width of the input. */
  reduction?: "mean" | "sum" | "none";
  /** One per sample; with more axes than weights, along the first axes. To leave a sample out, use `mask`. */
  weights?: ArrayLike;
  /** What a weighted mean divides by: Σw ("weights", default), n ("count"), or the number of w ≠ 0 ("nonzero"). */
  normalizeBy?: "weights" | "count" | "nonzero";
  /** Samples that count. All false gives 0 with a gradient of 0, never NaN. */
  mask?: NDArray<"bool">;
}

/** A loss of predictions and targets. */
export interface Loss<O extends LossOptions = LossOptions> {
  (prediction: NDArray, target: ArrayLike, options: O & { reduction: "none" }): NDArray;
  (prediction: NDArray, target: ArrayLike, options?: O & { reduction?: "mean" | "sum" }): Scalar;
}

/** What a loss says of itself so that the laws find and test it without further words. */
export interface LossCard<O extends LossOptions = LossOptions> {
  readonly name: string;
  readonly targets: TargetKind;
  /** "entry": one loss per entry. "row": the last axis holds classes, and each row has one loss. */
  readonly per: "entry" | "row";
  /** Predictions are drawn from here; default −4 to 4. */
  readonly domain?: readonly [low: number, high: number];
  /** Option sets that the laws try beside the defaults. */
  readonly variants?: readonly O[];
  /** Predictions of one entry at which the slope jumps. */
  readonly kinks?: (target: number, options: O) => readonly number[];
  /** Whether the loss of a row is smooth around a point; for losses per row. Default: yes. */
  readonly smooth?: (prediction: readonly number[], target: readonly number[]) => boolean;
  /** The loss of one sample in plain JS, written apart from the array form: what the result must be. */
  readonly truth: (prediction: readonly number[], target: readonly number[], options: O) => number;
}

export interface LossDefinition<O extends LossOptions> {
  readonly card: LossCard<O>;
  /** Names of the options beside those that all losses have. */
  readonly options?: readonly (keyof O & string)[];
  readonly check?: (checker: OptionChecker) => void;
  /** One loss per sample, in array operations. Masked samples hold harmless numbers here. */
  losses(prediction: NDArray, target: NDArray, options: O): NDArray;
}

/** @internal */
export const CARD: unique symbol = Symbol("steepest.loss");

/** Makes a loss of its formula: options, shapes, targets, masks, weights and reductions are those of all losses. */
export function defineLoss<O extends LossOptions = LossOptions>(definition: LossDefinition<O>): Loss<O> {
  const { card } = definition;
  const known = [...REDUCTION_OPTIONS, ...(definition.options ?? [])];
  const loss = (given: NDArray, expected: ArrayLike, options: O = {} as O): NDArray => {
    const checker = new OptionChecker(card.name, options, known);
    checkReductionOptions(checker, options);
    definition.check?.(checker);
    checker.done();
    const prediction = isArray(given) ? given : array(given as ArrayLike as number[]);
    const target = targetArray(card, prediction, expected);
    const mask = options.mask === undefined ? undefined : samplesOf(card.name, "mask", options.mask, target.samples);
    checkTarget(card, prediction, target, mask);
    // a masked sample is replaced before the formula, not after it: a slope that is not finite would survive a product with 0
    const losses =
      mask === undefined
        ? definition.losses(prediction, target.values, options)
        : definition.losses(where(over(mask, prediction), prediction, 0), target.neutralized(mask), options);
    return reduceLosses(card.name, losses, mask, options);
  };
  return Object.assign(loss, { [CARD]: card }) as Loss<O>; // the overloads follow from `reduction`
}

/** The card of an export, where it has one. */
export function cardOf(value: unknown): LossCard | undefined {
  return typeof value === "function" && CARD in value ? (value as unknown as { [CARD]: LossCard })[CARD] : undefined;
}

/** A condition per sample as one per entry: a last axis of classes is added where there is one. */
function over(mask: NDArray<"bool">, prediction: NDArray): NDArray<"bool"> {
  return mask.ndim === prediction.ndim ? mask : mask.expandDims(-1);
}
