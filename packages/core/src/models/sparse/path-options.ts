// Which strengths a path walks through.
import { OptionChecker } from "../../errors/index.ts";
import type { Strengths } from "./gap.ts";

/** `l1Ratio` splits strength s into l1 = s·l1Ratio, l2 = s·(1 − l1Ratio). */
export interface PathOptions {
  /** From 0 (ridge) to 1 (lasso). Default 1. */
  l1Ratio?: number;
  /** How many strengths. Default 100. */
  count?: number;
  /** The smallest strength as a share of the largest. Default 1e-3. */
  minRatio?: number;
  /** Instead of `count` and `minRatio`; positive, sorted from large to small by the path. */
  strengths?: readonly number[];
  /** Duality gap to reach at each point, relative to the objective without features. Default 1e-6. */
  tolerance?: number;
  /** Passes over all columns per point. Default 1000. */
  maxSteps?: number;
}

const OPTIONS = ["l1Ratio", "count", "minRatio", "strengths", "tolerance", "maxSteps"] satisfies (keyof PathOptions)[];

export function checkPath(owner: string, options: PathOptions): void {
  const checker = new OptionChecker(owner, options, OPTIONS)
    .number("l1Ratio", 0, 1)
    .integer("count", 1)
    .number("minRatio", 0, 1, true)
    .number("tolerance", 0)
    .integer("maxSteps", 0);
  const { l1Ratio, strengths } = options;
  if (strengths !== undefined) {
    const wrong = Array.from(strengths).find((s) => !(typeof s === "number" && s > 0 && s < Infinity));
    if (strengths.length === 0) checker.fail("strengths", "strengths must hold at least one number.");
    else if (wrong !== undefined)
      checker.fail("strengths", `strengths must be positive and finite, got ${String(wrong)}.`);
  } else if (l1Ratio === 0) {
    checker.fail(
      "l1Ratio",
      "l1Ratio 0 has no largest strength, since a ridge leaves no coefficient at 0. Give strengths, or a positive l1Ratio.",
    );
  }
  checker.done();
}

/** From large to small: given ones, or geometric from `largest` of a pure l1 penalty. */
export function strengthsFrom(options: PathOptions, largest: number): readonly number[] {
  const { l1Ratio = 1, count = 100, minRatio = 1e-3, strengths } = options;
  if (strengths !== undefined) return [...strengths].sort((a, b) => b - a);
  const top = largest > 0 ? largest / l1Ratio : 1; // a target without correlations: any strength leaves nothing
  return Array.from({ length: count }, (_, i) => (count === 1 ? top : top * minRatio ** (i / (count - 1))));
}

export function splitStrength({ l1Ratio = 1 }: PathOptions, strength: number): Strengths {
  return { l1: strength * l1Ratio, l2: strength * (1 - l1Ratio) };
}
