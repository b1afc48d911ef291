import { defineLoss, type Loss, type LossOptions } from "./loss.ts";

export interface HuberOptions extends LossOptions {
  /** Where the parabola ends. Default 1. */
  delta?: number;
}

/**
 * Squared near 0, linear far away, so that outliers pull with a bounded force:
 *
 *     ½e² where |e| ≤ δ, else δ(|e| − ½δ)      with e = prediction − target; slope: e held inside of [−δ, δ]
 *
 * PyTorch's smooth_l1 is this divided by δ.
 * Options: `delta` δ, default 1.
 * @throws OptionError unless delta is positive.
 * Source: Huber (1964).
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { huber } from "steepest/losses";
 * console.log(huber(array([0.5, 3]), 0, { reduction: "none" }).toArray()); // [0.125, 2.5]
 * ```
 */
export const huber: Loss<HuberOptions> = defineLoss<HuberOptions>({
  card: {
    name: "huber",
    targets: "real",
    per: "entry",
    variants: [{ delta: 0.3 }, { delta: 2 }],
    kinks: (y, { delta = 1 }) => [y - delta, y + delta],
    truth: ([z], [y], { delta = 1 }) => {
      const e = Math.abs(z! - y!);
      return e <= delta ? 0.5 * e * e : delta * (e - 0.5 * delta);
    },
  },
  options: ["delta"],
  check: (checker) => checker.number("delta", 0, Infinity, true),
  losses(prediction, target, { delta = 1 }) {
    const e = prediction.sub(target);
    const c = e.clip(-delta, delta); // c·(e − ½c) is both branches at once, and its slope is c
    return c.mul(e.sub(c.mul(0.5)));
  },
});
