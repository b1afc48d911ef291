// Penalties of scikit-learn in our objective.
import { OptionChecker, OptionError } from "../errors/index.ts";

/**
 * The strengths l1 and l2 that mean the same as scikit-learn's numbers. Their sums of losses are not divided by n, ours are.
 *
 * | scikit-learn | l1 | l2 |
 * |---|---|---|
 * | `Ridge(alpha)` | – | alpha/n |
 * | `Lasso(alpha)` (l1Ratio 1), `ElasticNet(alpha, l1_ratio)` | alpha·l1Ratio | alpha·(1 − l1Ratio) |
 * | `LogisticRegression(C)` | – | 1/(C·n) |
 * | `LogisticRegression(C, l1_ratio)` | l1Ratio/(C·n) | (1 − l1Ratio)/(C·n) |
 *
 * n is the number of training rows; with sample weights, their sum.
 * @throws OptionError for a number out of range, or numbers that belong to none of these.
 *
 * @example
 * ```ts
 * import { fromSklearn } from "steepest/models";
 * fromSklearn({ C: 1, n: 569 }); // { l2: 0.0017574692442882249 }
 * fromSklearn({ alpha: 0.1, l1Ratio: 1 }); // { l1: 0.1, l2: 0 }
 * ```
 */
export function fromSklearn(
  parameters: { readonly alpha: number; readonly n: number } | { readonly C: number; readonly n: number },
): { l2: number };
export function fromSklearn(
  parameters:
    | { readonly alpha: number; readonly l1Ratio: number }
    | { readonly C: number; readonly n: number; readonly l1Ratio: number },
): { l1: number; l2: number };
export function fromSklearn(parameters: {
  readonly alpha?: number;
  readonly C?: number;
  readonly n?: number;
  readonly l1Ratio?: number;
}): { l1?: number; l2: number } {
  new OptionChecker("fromSklearn", parameters, ["alpha", "C", "n", "l1Ratio"])
    .number("alpha", 0)
    .number("C", 0, Infinity, true)
    .number("n", 0, Infinity, true)
    .number("l1Ratio", 0, 1)
    .done();
  const { alpha, C, n, l1Ratio } = parameters;
  if (alpha !== undefined && l1Ratio !== undefined) return { l1: alpha * l1Ratio, l2: alpha * (1 - l1Ratio) };
  if (alpha !== undefined && n !== undefined) return { l2: alpha / n };
  if (C === undefined || n === undefined) {
    throw new OptionError(
      "fromSklearn: give { alpha, n } for Ridge, { alpha, l1Ratio } for Lasso (1) and ElasticNet, { C, n } for LogisticRegression.",
      { code: "invalid-option", option: alpha === undefined ? "C" : "n" },
    );
  }
  return l1Ratio === undefined ? { l2: 1 / (C * n) } : { l1: l1Ratio / (C * n), l2: (1 - l1Ratio) / (C * n) };
}
