// Draws the rows of one random test set, with or without keeping the class shares.
import { DataError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import type { Key } from "../random/index.ts";
import { labelName, requireLabels, rowOrder, rowsByLabel, type Split, type SplitContext, splitAt } from "./splitter.ts";

/**
 * ⌈fraction·n⌉ rows for the test, the others for training.
 *
 * A product that is an integer but for rounding counts as that integer: 0.07·100 = 7.000000000000001 means 7 rows.
 * @throws DataError when one side would be empty.
 */
export function testCount(owner: string, samples: number, testFraction: number): number {
  const exact = testFraction * samples;
  const nearest = Math.round(exact);
  const count = Math.abs(exact - nearest) <= 4 * Number.EPSILON * exact ? nearest : Math.ceil(exact);
  if (count >= 1 && count < samples) return count;
  throw new DataError(
    `${owner}: a test fraction of ${testFraction} of ${samples} rows leaves ${count} for the test and ${samples - count} for training; both need at least one. Bring more rows, or change testFraction.`,
    { code: "few-rows", received: String(samples) },
  );
}

/** A random split; `stratify` shares the test rows out over the classes. */
export function randomSplit(
  owner: string,
  context: SplitContext,
  options: { testFraction: number; stratify: boolean },
  key: Key,
): Split {
  const { samples } = context;
  const count = testCount(owner, samples, options.testFraction);
  const order = rowOrder(samples, key);
  if (!options.stratify) return splitAt(samples, order.slice(0, count));
  const classes = rowsByLabel(requireLabels(owner, "labels", context), order);
  const quotas = classQuotas(owner, classes, count, samples);
  return splitAt(
    samples,
    [...classes.values()].flatMap((rows, c) => rows.slice(0, quotas[c])),
  );
}

/**
 * How many of `count` test rows each class gives: by largest remainders of its share, at least one and not all of its rows.
 *
 *     q_c = count·n_c/n;  take ⌊q_c⌋, then one more where q_c − ⌊q_c⌋ is largest (ties: the class that appears first)
 *
 * @throws DataError for a class of one row (names it), or when a side has fewer rows than there are classes.
 */
function classQuotas(
  owner: string,
  classes: ReadonlyMap<Label, readonly number[]>,
  count: number,
  samples: number,
): number[] {
  for (const [label, rows] of classes) {
    if (rows.length >= 2) continue;
    throw new DataError(
      `${owner}: the class ${labelName(label)} has 1 row and cannot be on both sides. Merge it with another class, bring more rows, or turn stratify off.`,
      { code: "small-class", row: rows[0]!, received: `1 row of ${labelName(label)}`, expected: "at least 2" },
    );
  }
  if (Math.min(count, samples - count) < classes.size) {
    throw new DataError(
      `${owner}: ${count} test rows and ${samples - count} training rows cannot both hold ${classes.size} classes. Change testFraction, bring more rows, or turn stratify off.`,
      {
        code: "few-rows",
        received: `${count} and ${samples - count}`,
        expected: `at least ${classes.size} on each side`,
      },
    );
  }
  const sizes = [...classes.values()].map((rows) => rows.length);
  const exact = sizes.map((size) => (count * size) / samples);
  const quotas = exact.map((share, c) => Math.min(Math.max(Math.floor(share), 1), sizes[c]! - 1));
  // The bounds are met by now and stay met; each turn moves the class that is farthest from its share.
  let left = count - quotas.reduce((sum, quota) => sum + quota, 0);
  while (left !== 0) {
    const step = Math.sign(left);
    const need = (c: number) => step * (exact[c]! - quotas[c]!);
    const free = [...quotas.keys()].filter((c) => (step > 0 ? quotas[c]! < sizes[c]! - 1 : quotas[c]! > 1));
    const chosen = free.reduce((best, c) => (need(c) > need(best) ? c : best));
    quotas[chosen]! += step;
    left -= step;
  }
  return quotas;
}
