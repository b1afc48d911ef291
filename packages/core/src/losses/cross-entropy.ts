import { type ArrayLike, type NDArray, type Scalar, where } from "../array/index.ts";
import { DataError, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { not } from "../ops/index.ts";
import { isArray, kindOf } from "../program/index.ts";
import { scoreOfClass } from "./class-of-rows.ts";
import { CARD, type LossCard, type LossOptions } from "./loss.ts";
import { checkReductionOptions, floatsLike, REDUCTION_OPTIONS, reduceLosses } from "./reduction.ts";
import { samplesOf } from "./samples.ts";
import { checkTarget, targetArray } from "./target.ts";

export interface CrossEntropyOptions extends LossOptions {
  /** Weight of each class; a mean divides by the weights of the labels. */
  classWeights?: ArrayLike;
  /** α: target (1 − α)·onehot + α/k. Default 0. */
  labelSmoothing?: number;
  /** Label that does not count (padding). */
  ignore?: number;
}

/** Labels are classes, so they are integers in the type. */
export interface CrossEntropy {
  (logits: NDArray, labels: NDArray<"int">, options: CrossEntropyOptions & { reduction: "none" }): NDArray;
  (logits: NDArray, labels: NDArray<"int">, options?: CrossEntropyOptions & { reduction?: "mean" | "sum" }): Scalar;
}

const card: LossCard<CrossEntropyOptions> = {
  name: "crossEntropy",
  targets: "label",
  per: "row",
  variants: [
    { labelSmoothing: 0.1 },
    { classWeights: [1, 2, 0.5], reduction: "sum" },
    { classWeights: [1, 2, 0.5], labelSmoothing: 0.2, reduction: "sum" },
  ],
  truth: (z, [c], { classWeights, labelSmoothing = 0 }) => {
    const log = Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0));
    const weights = (classWeights ?? z.map(() => 1)) as readonly number[];
    const target = z.map((_, k) => (k === c ? 1 - labelSmoothing : 0) + labelSmoothing / z.length);
    return z.reduce((sum, v, k) => sum + weights[k]! * target[k]! * (log - v), 0);
  },
};

/**
 * Cross-entropy of classes, from logits: logSumExp(z) − z_c. Logits of any size are exact.
 *
 * Shapes: logits "… k", labels "…" from 0 to k − 1, losses "…".
 * With class weights w each class counts w_k times, and a mean divides by Σ w of the labels (`normalizeBy: "weights"`).
 * Labels equal to `ignore` do not count; if none is left the loss is 0, and so is its gradient.
 * @throws DataError naming the sample whose label is out of range. ShapeError when there is not one label per row.
 * Source: values equal PyTorch 1.13.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { crossEntropy } from "steepest/losses";
 * const labels = array([1, 2], { dtype: "i32" });
 * console.log(crossEntropy(array([[0, 0, 0], [1000, 0, -1000]]), labels).item()); // 1000.5493061443341
 * ```
 */
export const crossEntropy: CrossEntropy = Object.assign(
  (logits: NDArray, labels: NDArray<"int">, options: CrossEntropyOptions = {}): NDArray => {
    checkCrossEntropy(options);
    checkInteger(labels);
    const { ignore } = options;
    const target = targetArray(card, logits, labels);
    const given = options.mask === undefined ? undefined : samplesOf(card.name, "mask", options.mask, target.samples);
    const counts = ignore === undefined ? undefined : not(labels.equal(ignore));
    const mask = given === undefined || counts === undefined ? (given ?? counts) : given.minimum(counts);
    checkTarget(card, logits, target, mask);
    if (mask === undefined) return classLosses(logits, labels, undefined, options);
    const harmless = target.neutralized(mask) as NDArray as unknown as NDArray<"int">; // integers, see there
    return classLosses(where(mask.expandDims(-1), logits, 0), harmless, mask, options);
  },
  { [CARD]: card },
) as CrossEntropy; // the overloads follow from `reduction`

function classLosses(
  z: NDArray,
  labels: NDArray<"int">,
  mask: NDArray<"bool"> | undefined,
  options: CrossEntropyOptions,
): NDArray {
  const { labelSmoothing: alpha = 0, classWeights } = options;
  const classes = z.shape.at(-1)!;
  const log = z.logSumExp(-1);
  const w = classWeights === undefined ? undefined : classWeightArray(z, classWeights);
  const own = w?.take(labels); // w_c of each row, "…"
  const sharp = scaled(log.sub(scoreOfClass(z, labels)), own);
  if (alpha === 0) return reduceLosses(card.name, sharp, mask, options, own);
  // (1 − α)·w_c·ℓ_c + (α/k)·Σₖ wₖ·ℓₖ with ℓₖ = log Σ eᶻ − zₖ
  const all = log.expandDims(-1).sub(z);
  const smooth = (w === undefined ? all : all.mul(w)).sum(-1);
  const losses = sharp.mul(1 - alpha).add(smooth.mul(alpha / classes));
  return reduceLosses(card.name, losses, mask, options, own);
}

function scaled(losses: NDArray, weights: NDArray | undefined): NDArray {
  return weights === undefined ? losses : losses.mul(weights);
}

function classWeightArray(z: NDArray, classWeights: ArrayLike): NDArray {
  const w = floatsLike(z, classWeights);
  const classes = z.shape.at(-1)!;
  if (w.ndim === 1 && w.size === classes) return w;
  throw new ShapeError(
    `crossEntropy: classWeights has shape ${formatShape(w.shape)}, but the logits ${formatShape(z.shape)} speak of ${classes} classes. One weight per class is needed.`,
    { code: "shapes-differ", operation: "crossEntropy", shapes: [w.shape, z.shape] },
  );
}

function checkCrossEntropy(options: CrossEntropyOptions): void {
  const checker = new OptionChecker("crossEntropy", options, [
    ...REDUCTION_OPTIONS,
    "classWeights",
    "labelSmoothing",
    "ignore",
  ]);
  checkReductionOptions(checker, options);
  checker.number("labelSmoothing", 0, 1).integer("ignore").done();
}

/** The type says so; this is for callers without types. */
function checkInteger(labels: NDArray<"int">): void {
  if (!isArray(labels)) {
    throw new DataError(
      `crossEntropy: labels are a ${Array.isArray(labels) ? "list" : typeof labels}, not an array. Write array([…], { dtype: "i32" }).`,
      {
        code: "labels-not-integers",
        expected: "an i32 array",
      },
    );
  }
  if (kindOf(labels.dtype) === "int") return;
  throw new DataError(
    `crossEntropy: labels are ${labels.dtype}; classes are integers. Convert them with astype("i32"), or use softCrossEntropy for distributions.`,
    { code: "labels-not-integers", received: labels.dtype, expected: "i32" },
  );
}
