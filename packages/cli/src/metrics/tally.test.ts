import * as fc from "fast-check";
import { array } from "steepest";
import { bestThreshold } from "steepest/metrics";
import { describe, expect, it } from "vitest";
import type { PredictedClasses } from "../model/predictor.ts";
import { logOddsOf } from "../model/table-predictor.ts";
import { judge } from "./judge.ts";
import { NumberList } from "./number-list.ts";
import { RunningSum } from "./running-sum.ts";
import { ClassTally, ValueTally } from "./tally.ts";

const CLASSES = ["a", "b", "c"];

/** As a fitted model has them: two classes have one decision value, probabilities are its sigmoid. */
function predictionsOf(decisions: readonly (readonly number[])[], k: number): PredictedClasses {
  const n = decisions.length;
  const sigmoid = (z: number) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  const shares = decisions.map((z) => {
    if (k === 2) return [sigmoid(-z[0]!), sigmoid(z[0]!)];
    const powers = z.map((value) => Math.exp(value - Math.max(...z)));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((p) => p / sum);
  });
  const classes = CLASSES.slice(0, k);
  return {
    task: "classification",
    classes,
    labels: shares.map((row) => classes[row.indexOf(Math.max(...row))]!),
    probabilities: array(shares.flat()).reshape(n, k),
    logOdds: logOddsOf(k === 2 ? array(decisions.map(([z]) => z!)) : array(decisions.flat()).reshape(n, k)),
  };
}

const scored = (k: number) =>
  fc.array(
    fc.record({
      actual: fc.integer({ min: 0, max: k - 1 }),
      // few values, so that there are ties; large ones, so that probabilities round to 0 and 1
      z: fc.array(fc.constantFrom(-60, -3, -1, -0.3, 0, 0.3, 1, 2, 60, 800), { minLength: k, maxLength: k }),
    }),
    { minLength: 1, maxLength: 40 },
  );

function added(rows: readonly { actual: number; z: number[] }[], k: number, positive: string | undefined) {
  const labels = rows.map(({ actual }) => CLASSES[actual]!);
  const predicted = predictionsOf(
    rows.map(({ z }) => z),
    k,
  );
  const tally = new ClassTally(CLASSES.slice(0, k), positive);
  for (let at = 0; at < rows.length; at += 7) {
    const part = rows.slice(at, at + 7);
    const of = predictionsOf(
      part.map(({ z }) => z),
      k,
    );
    tally.add(labels.slice(at, at + 7), of);
  }
  return { labels, predicted, tally };
}

describe("a tally of classes", () => {
  it.each([
    [2, "b"],
    [2, "a"],
    [3, undefined],
  ] as const)("of %i classes, positive %s, has the metrics of all rows together, bit for bit", (k, positive) => {
    fc.assert(
      fc.property(scored(k), (rows) => {
        const { labels, predicted, tally } = added(rows, k, positive);
        const { labels: called, ...rest } = predicted;
        const expected = judge({ ...rest, actual: labels, predicted: called, positive });
        expect(tally.metrics()).toEqual(expected);
        expect(tally.metrics()).toEqual(expected); // asking does not change it
        expect(tally.rows).toBe(rows.length);
      }),
    );
  });

  it("has the threshold with the best F1 of the library, bit for bit", () => {
    fc.assert(
      fc.property(scored(2), (rows) => {
        const { labels, predicted, tally } = added(rows, 2, "b");
        const p = predicted.probabilities.at(":", 1);
        const both = new Set(labels).size === 2;
        const expected = both ? bestThreshold(labels, p, "f1", { positive: "b" }) : undefined;
        expect(tally.bestF1()).toEqual(expected);
      }),
    );
  });

  it("counts some rows of a batch when told which", () => {
    const { labels, predicted } = added(
      [1, 0, 1, 0].map((actual, i) => ({ actual, z: [i, 0] })),
      2,
      "b",
    );
    const some = new ClassTally(["a", "b"], "b");
    some.add(labels, predicted, [1, 2]);
    expect([some.rows, some.confusion().counts]).toEqual([
      2,
      [
        [0, 1],
        [0, 1],
      ],
    ]);
  });
});

describe("a tally of numbers", () => {
  const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  it("has the metrics of all rows together, bit for bit, whatever their sizes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60 }), (pairs) => {
        const actual = pairs.map(([y]) => y);
        const values = pairs.map(([, p]) => p);
        const tally = new ValueTally();
        for (let at = 0; at < pairs.length; at += 9) {
          tally.add(actual.slice(at, at + 9), { task: "regression", values: values.slice(at, at + 9) });
        }
        expect(tally.metrics()).toEqual(judge({ task: "regression", actual, predicted: values }));
      }),
    );
  });

  it("has no R² where all targets are equal", () => {
    const tally = new ValueTally();
    tally.add([0.1, 0.1, 0.1], { task: "regression", values: [1, 2, 3] });
    expect(tally.metrics()).not.toHaveProperty("r2");
  });
});

describe("what tallies are made of", () => {
  it("a running sum is rounded once: plain addition would lose the small terms", () => {
    const terms = [1, 1e100, 1, -1e100];
    const sum = new RunningSum();
    for (const term of terms) sum.add(term);
    expect(sum.value).toBe(2);
    expect(terms.reduce((a, b) => a + b, 0)).toBe(0);
    sum.add(Infinity);
    expect(sum.value).toBe(Infinity);
    expect(new RunningSum().value).toBe(0);
  });

  it("a list gives back what was put in, in order, over the ends of its pieces", () => {
    const list = new NumberList();
    const n = 1024 + 2048 + 4096 + 3;
    for (let i = 0; i < n; i++) list.push(i / 3);
    expect(list.length).toBe(n);
    expect(list.take()).toEqual(Float64Array.from({ length: n }, (_, i) => i / 3));
    expect([list.length, list.take().length]).toEqual([0, 0]);
  });
});
