// The folds of scikit-learn, the invariants of all splitters, and wrong splitters that break them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import { key } from "../random/index.ts";
import golden from "./golden/splits.json" with { type: "json" };
import {
  groupKFold,
  kFold,
  leaveOneOut,
  repeated,
  type Split,
  type SplitContext,
  type Splitter,
  shuffleSplit,
  stratifiedKFold,
  timeSeriesSplit,
} from "./index.ts";

const plain = (splits: readonly Split[]) => splits.map(({ train, test }) => ({ train: [...train], test: [...test] }));

describe("equal to scikit-learn 1.2.1", () => {
  const splitters = { kFold, stratifiedKFold, groupKFold };
  for (const [i, entry] of golden.folds.entries()) {
    it(`${entry.splitter}, table ${i}`, () => {
      const context: SplitContext = {
        samples: entry.n ?? (entry.labels ?? entry.groups)!.length,
        ...(entry.labels && { labels: entry.labels }),
        ...(entry.groups && { groups: entry.groups }),
      };
      const splits = splitters[entry.splitter as keyof typeof splitters](entry.options).split(context);
      expect(splits.map(({ test }) => [...test])).toEqual(entry.testFolds);
      for (const { train, test } of splits) {
        expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(context.samples).keys()]);
      }
    });
  }
  for (const [i, entry] of golden.timeSeries.entries()) {
    it(`timeSeriesSplit, table ${i}`, () => {
      expect(plain(timeSeriesSplit(entry.options).split({ samples: entry.n }))).toEqual(entry.splits);
    });
  }
});

// ---- invariants ----------------------------------------------------------------------------------

type Make = (options: { folds: number; seed: number | undefined }) => Splitter;
const keyed = (seed: number | undefined) => (seed === undefined ? {} : { key: key(seed) });
const seeds = fc.option(fc.integer({ min: 0, max: 1e6 }), { nil: undefined });

/** Rows with labels of up to five classes, each with at least as many rows as folds, in any order and any mix. */
const stratifiable = fc.record({ folds: fc.integer({ min: 2, max: 10 }), seed: seeds }).chain(({ folds, seed }) =>
  fc
    .array(fc.integer({ min: folds, max: 40 }), { minLength: 1, maxLength: 5 })
    .map((sizes) => sizes.flatMap((size, c) => new Array<Label>(size).fill(c % 2 === 0 ? `class ${c}` : c)))
    .chain((labels) => fc.shuffledSubarray(labels, { minLength: labels.length }))
    .map((labels) => ({ folds, seed, labels, samples: labels.length })),
);

/** n from 2 to 200 rows in at least as many groups as folds. */
const groupable = fc
  .tuple(fc.integer({ min: 2, max: 10 }), fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 190 }))
  .map(([folds, rest]) => ({ folds, groups: [...Array(folds).keys(), ...rest].map((group) => `group ${group}`) }));

const invariants = {
  "every row is tested once, and trained on in all other folds": (make: Make) =>
    fc.assert(
      fc.property(stratifiable, ({ folds, seed, labels, samples }) => {
        const splits = make({ folds, seed }).split({ samples, labels });
        expect(splits.length).toBe(folds);
        const tested = splits.flatMap(({ test }) => [...test]);
        expect(tested.sort((a, b) => a - b)).toEqual([...Array(samples).keys()]);
        for (const { train, test } of splits) {
          expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(samples).keys()]);
          expect([...test]).toEqual([...test].sort((a, b) => a - b));
        }
      }),
    ),
  "fold sizes differ by one at most": (make: Make) =>
    fc.assert(
      fc.property(stratifiable, ({ folds, seed, labels, samples }) => {
        const sizes = make({ folds, seed })
          .split({ samples, labels })
          .map(({ test }) => test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    ),
  "each fold holds each class within less than one row of its share": (make: Make) =>
    fc.assert(
      fc.property(stratifiable, ({ folds, seed, labels, samples }) => {
        for (const { test } of make({ folds, seed }).split({ samples, labels })) {
          for (const label of new Set(labels)) {
            const share = labels.filter((other) => other === label).length / folds;
            const held = [...test].filter((row) => labels[row] === label).length;
            expect(Math.abs(held - share)).toBeLessThan(1);
          }
        }
      }),
    ),
  "a key gives the same splits again, another key others": (make: Make) =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const context = { samples: 40, labels: Array.from({ length: 40 }, (_, row) => row % 2) };
        const again = make({ folds: 4, seed }).split(context);
        expect(plain(make({ folds: 4, seed }).split(context))).toEqual(plain(again));
        expect(plain(make({ folds: 4, seed: seed + 1 }).split(context))).not.toEqual(plain(again));
      }),
    ),
  "a group is never on both sides": (make: Make) =>
    fc.assert(
      fc.property(groupable, ({ folds, groups }) => {
        const context = { samples: groups.length, groups, labels: groups };
        for (const { train, test } of make({ folds, seed: 1 }).split(context)) {
          const trained = new Set([...train].map((row) => groups[row]));
          expect([...test].some((row) => trained.has(groups[row]!))).toBe(false);
          expect(test.length).toBeGreaterThan(0);
        }
      }),
    ),
} as const;

const ourKFold: Make = ({ folds, seed }) => kFold({ folds, ...keyed(seed) });
const ourStratified: Make = ({ folds, seed }) => stratifiedKFold({ folds, ...keyed(seed) });
const ourGroups: Make = ({ folds }) => groupKFold({ folds });

describe("invariants", () => {
  const partition = "every row is tested once, and trained on in all other folds";
  it(`kFold: ${partition}`, () => invariants[partition](ourKFold));
  it(`stratifiedKFold: ${partition}`, () => invariants[partition](ourStratified));
  it("kFold: fold sizes differ by one at most", () => invariants["fold sizes differ by one at most"](ourKFold));
  it("stratifiedKFold: fold sizes differ by one at most", () => {
    invariants["fold sizes differ by one at most"](ourStratified);
  });
  it("stratifiedKFold: each fold holds each class within less than one row of its share", () => {
    invariants["each fold holds each class within less than one row of its share"](ourStratified);
  });
  it("groupKFold: a group is never on both sides", () => invariants["a group is never on both sides"](ourGroups));
  for (const make of [ourKFold, ourStratified]) {
    it(`${make({ folds: 2, seed: 0 }).name}: a key gives the same splits again, another key others`, () => {
      invariants["a key gives the same splits again, another key others"](make);
    });
  }

  it("leaveOneOut tests each row alone", () => {
    expect(plain(leaveOneOut().split({ samples: 3 }))).toEqual([
      { train: [1, 2], test: [0] },
      { train: [0, 2], test: [1] },
      { train: [0, 1], test: [2] },
    ]);
  });

  it("repeated tests every row so many times, by different shuffles", () => {
    const splitter = repeated((k) => kFold({ folds: 4, key: k }), { times: 3, key: key(0) });
    const splits = splitter.split({ samples: 22 });
    expect([splitter.name, splits.length]).toEqual(["repeated kFold", 12]);
    const counts = new Array<number>(22).fill(0);
    for (const { test } of splits) for (const row of test) counts[row]!++;
    expect(counts).toEqual(new Array(22).fill(3));
    expect(plain(splits.slice(0, 4))).not.toEqual(plain(splits.slice(4, 8)));
  });

  it("timeSeriesSplit never learns from the future, and keeps the gap", () => {
    const options = fc.record({
      folds: fc.integer({ min: 2, max: 8 }),
      gap: fc.integer({ min: 0, max: 5 }),
      maxTrain: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(options, fc.integer({ min: 60, max: 200 }), ({ folds, gap, maxTrain }, samples) => {
        const splits = timeSeriesSplit({ folds, gap, maxTrain }).split({ samples });
        expect(splits.length).toBe(folds);
        expect(splits.at(-1)!.test.at(-1)).toBe(samples - 1);
        for (const { train, test } of splits) {
          expect(test.length).toBe(Math.floor(samples / (folds + 1)));
          expect(train.length).toBeGreaterThan(0);
          expect(train.length).toBeLessThanOrEqual(maxTrain);
          expect(train.at(-1)! + gap + 1).toBe(test[0]);
        }
      }),
    );
  });

  it("shuffleSplit draws ⌈fraction·n⌉ rows, and more splits leave the first ones as they are", () => {
    const three = shuffleSplit({ splits: 3, testFraction: 0.3, key: key(5) }).split({ samples: 11 });
    const two = shuffleSplit({ splits: 2, testFraction: 0.3, key: key(5) }).split({ samples: 11 });
    expect(three.map(({ train, test }) => [train.length, test.length])).toEqual([
      [7, 4],
      [7, 4],
      [7, 4],
    ]);
    expect(plain(three.slice(0, 2))).toEqual(plain(two));
    expect(plain(three)[0]).not.toEqual(plain(three)[1]);
    // 0.07·100 is 7.000000000000001 in floating point.
    expect(shuffleSplit({ splits: 1, testFraction: 0.07, key: key(0) }).split({ samples: 100 })[0]!.test.length).toBe(
      7,
    );
  });

  it("shuffleSplit with stratify: all classes on both sides, shares by largest remainders", () => {
    const rows = fc
      .array(fc.integer({ min: 2, max: 40 }), { minLength: 2, maxLength: 4 })
      .map((sizes) => sizes.flatMap((size, c) => new Array<string>(size).fill(`class ${c}`)))
      .chain((labels) => fc.shuffledSubarray(labels, { minLength: labels.length }));
    fc.assert(
      fc.property(rows, fc.integer({ min: 10, max: 90 }), fc.nat(), (labels, percent, seed) => {
        const samples = labels.length;
        const classes = [...new Set(labels)];
        const count = Math.ceil((percent * samples) / 100);
        fc.pre(count >= classes.length && samples - count >= classes.length);
        const options = { splits: 1, testFraction: percent / 100, key: key(seed), stratify: true };
        const { train, test } = shuffleSplit(options).split({ samples, labels })[0]!;
        expect(test.length).toBe(count);
        const sizes = classes.map((label) => labels.filter((other) => other === label).length);
        const held = classes.map((label) => [...test].filter((row) => labels[row] === label).length);
        expect(classes.every((label) => [...train].some((row) => labels[row] === label))).toBe(true);
        expect(held.every((rows) => rows >= 1)).toBe(true);
        const shares = sizes.map((size) => (count * size) / samples);
        // Where no bound interferes, largest remainders: within one of the share.
        if (shares.every((share, c) => Math.floor(share) >= 1 && Math.ceil(share) < sizes[c]!)) {
          expect(held.every((rows, c) => Math.abs(rows - shares[c]!) < 1)).toBe(true);
        }
      }),
    );
  });
});

describe("planted mistakes are caught", () => {
  const fake = (name: string, split: (context: SplitContext) => number[][]): Splitter => ({
    name,
    split: (context) =>
      split(context).map((test) => ({
        test: Int32Array.from(test),
        train: Int32Array.from([...Array(context.samples).keys()].filter((row) => !test.includes(row))),
      })),
  });
  const byPosition: Make = ({ folds }) =>
    fake("by position", ({ samples }) =>
      Array.from({ length: folds }, (_, f) => [...Array(samples).keys()].filter((row) => row % folds === f)),
    );
  const byClassAlone: Make = ({ folds }) =>
    fake("each class from fold 0", ({ labels = [] }) => {
      const tests = Array.from({ length: folds }, (): number[] => []);
      for (const label of new Set(labels)) {
        const rows = [...labels.keys()].filter((row) => labels[row] === label);
        for (const [i, row] of rows.entries()) tests[i % folds]!.push(row);
      }
      return tests.map((test) => test.sort((a, b) => a - b));
    });
  const lastRowsLost: Make = ({ folds }) =>
    fake("⌊n/k⌋ rows each", ({ samples }) => {
      const size = Math.floor(samples / folds);
      return Array.from({ length: folds }, (_, f) => Array.from({ length: size }, (_, i) => f * size + i));
    });
  const trainsOnAll: Make = (options) => ({
    name: "trains on all rows",
    split: (context) =>
      ourKFold(options)
        .split(context)
        .map(({ test }) => ({ test, train: Int32Array.from({ length: context.samples }, (_, row) => row) })),
  });
  const ignoresKey: Make = ({ folds }) => kFold({ folds });

  const mistakes: readonly (readonly [string, keyof typeof invariants, Make])[] = [
    ["stratified by position only", "each fold holds each class within less than one row of its share", byPosition],
    ["not stratified at all", "each fold holds each class within less than one row of its share", ourKFold],
    ["every class starts at fold 0", "fold sizes differ by one at most", byClassAlone],
    ["the last rows never tested", "every row is tested once, and trained on in all other folds", lastRowsLost],
    ["test rows trained on", "every row is tested once, and trained on in all other folds", trainsOnAll],
    ["groups parted", "a group is never on both sides", byPosition],
    ["the key ignored", "a key gives the same splits again, another key others", ignoresKey],
  ];
  for (const [mistake, law, wrong] of mistakes) {
    it(`${mistake}: ${law}`, () => expect(() => invariants[law](wrong)).toThrow(/Property failed/));
  }
});

describe("errors", () => {
  it("folds below 2 or above the number of rows are refused", () => {
    expect(() => kFold({ folds: 1 })).toThrow(OptionError);
    expect(() => kFold({ folds: 2.5 })).toThrow(OptionError);
    expect(() => kFold({ folds: 5 }).split({ samples: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: kFold: 5 folds need at least 5 rows, but there are 4. Take fewer folds.]`,
    );
    expect(() => kFold({ folds: 5, shuffle: true } as { folds: number })).toThrow(/unknown option "shuffle"/);
  });

  it("a class with fewer rows than folds is named", () => {
    const labels = ["a", "a", "a", "b", "b", "rare"];
    expect(() => stratifiedKFold({ folds: 2 }).split({ samples: 6, labels })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: stratifiedKFold: the class "rare" has 1 row, too few for 2 folds: some would not hold it. Merge the class with another, or use kFold.]`,
    );
  });

  it("labels and groups are asked for where they are needed", () => {
    expect(() => stratifiedKFold({ folds: 2 }).split({ samples: 6 })).toThrow(DataError);
    expect(() => groupKFold({ folds: 2 }).split({ samples: 6 })).toThrow(/needs groups, one for each of the 6 rows/);
    expect(() => groupKFold({ folds: 2 }).split({ samples: 3, groups: ["a", "b"] })).toThrow(/2 groups but 3 rows/);
    expect(() => groupKFold({ folds: 3 }).split({ samples: 3, groups: ["a", "b", "b"] })).toThrow(DataError);
  });

  it("too few rows for a time series: says how many are enough", () => {
    expect(() => timeSeriesSplit({ folds: 3 }).split({ samples: 3 })).toThrow(/need at least 4 rows, but there are 3/);
    const gapped = timeSeriesSplit({ folds: 3, gap: 2 });
    expect(() => gapped.split({ samples: 8 })).toThrow(/with a gap of 2 need at least 9 rows, but there are 8/);
    expect(gapped.split({ samples: 9 }).length).toBe(3);
  });

  it("a test fraction that leaves a side empty is refused", () => {
    for (const testFraction of [0, 1, -0.5, 1.5, Number.NaN]) {
      expect(() => shuffleSplit({ splits: 1, testFraction, key: key(0) })).toThrow(OptionError);
    }
    expect(() => shuffleSplit({ splits: 1, testFraction: 0.9, key: key(0) }).split({ samples: 3 })).toThrow(DataError);
    expect(() => leaveOneOut().split({ samples: 1 })).toThrow(DataError);
  });

  it("a class of one row cannot be stratified, and is named with its row", () => {
    const splitter = shuffleSplit({ splits: 1, testFraction: 0.5, key: key(0), stratify: true });
    expect(() => splitter.split({ samples: 4, labels: ["a", "b", "a", "a"] })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: shuffleSplit: the class "b" has 1 row and cannot be on both sides. Merge it with another class, bring more rows, or turn stratify off.]`,
    );
  });
});
