// Weights of classes, multiplied into the weights of rows.
import { didYouMean, formatNumber, OptionError } from "../../errors/index.ts";
import type { Label } from "../../metrics/index.ts";
import { labelName } from "../classes.ts";

/** "balanced": S/(k·S_c), so that all classes weigh the same; or a weight per label, 1 where none is given. */
export type ClassWeight = "balanced" | Readonly<Record<string, number>>;

/** @throws OptionError for a label that y does not have, or a weight that is not positive, or above 1e100. */
export function withClassWeights(
  owner: string,
  weights: Float64Array,
  codes: Int32Array,
  classes: readonly Label[],
  option: ClassWeight | undefined,
): Float64Array {
  if (option === undefined) return weights;
  const factors = option === "balanced" ? balanced(weights, codes, classes.length) : named(owner, classes, option);
  return weights.map((weight, row) => weight * factors[codes[row]!]!);
}

/** S_c: the sum of the weights of each class. */
export function classTotals(weights: Float64Array, codes: Int32Array, k: number): Float64Array {
  const totals = new Float64Array(k);
  for (let row = 0; row < codes.length; row++) totals[codes[row]!]! += weights[row]!;
  return totals;
}

function balanced(weights: Float64Array, codes: Int32Array, k: number): Float64Array {
  const totals = classTotals(weights, codes, k);
  const total = totals.reduce((sum, s) => sum + s, 0);
  return totals.map((own) => total / (k * own));
}

/** Products with weights of rows stay numbers. */
const LARGEST = 1e100;

function named(owner: string, classes: readonly Label[], option: Readonly<Record<string, number>>): Float64Array {
  const names = classes.map(String);
  for (const [name, weight] of Object.entries(option)) {
    if (!names.includes(name)) {
      throw new OptionError(
        `${owner}: classWeight names the class "${name}", which y does not have.${didYouMean(name, names)} The classes are ${classes.map(labelName).join(", ")}.`,
        { code: "unknown-class", option: "classWeight" },
      );
    }
    if (!(weight > 0 && weight <= LARGEST)) {
      throw new OptionError(
        `${owner}: classWeight of "${name}" must be positive${weight > 0 ? ` and at most ${LARGEST}` : ""}, got ${formatNumber(weight)}.`,
        {
          code: "invalid-option",
          option: "classWeight",
        },
      );
    }
  }
  return Float64Array.from(names, (name) => option[name] ?? 1);
}
