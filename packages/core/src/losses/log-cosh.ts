import { where } from "../array/index.ts";
import { expm1 } from "../ops/index.ts";
import { defineLoss, type Loss } from "./loss.ts";

/**
 * log cosh e, with e = prediction − target: ½e² near 0, |e| − log 2 far away, smooth everywhere. Its slope is tanh e.
 *
 * Computed as |e| + log1p(e^−2|e|) − log 2, which does not overflow, and for |e| < 1 as log1p(cosh e − 1) with
 * cosh e − 1 = expm1(e)²/(2eᵉ), which keeps its digits near 0.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { logCosh } from "steepest/losses";
 * console.log(logCosh(array([1000]), 0).item()); // 999.3068528194401
 * ```
 */
export const logCosh: Loss = defineLoss({
  card: {
    name: "logCosh",
    targets: "real",
    per: "entry",
    truth: ([z], [y]) => Math.log(Math.cosh(z! - y!)),
  },
  losses(prediction, target) {
    const e = prediction.sub(target);
    const size = e.abs();
    const isNear = size.less(1);
    const near = where(isNear, e, 0);
    const far = where(isNear, 1, size);
    return where(
      isNear,
      expm1(near).square().div(near.exp().mul(2)).log1p(),
      far.add(far.mul(-2).exp().log1p()).sub(Math.LN2),
    );
  },
});
