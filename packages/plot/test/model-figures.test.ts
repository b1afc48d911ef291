// Figures of models and of matrices: their sentences and tables against the data, their geometry, the inputs they refuse.
import {
  attention,
  bar,
  biasVarianceCurve,
  calibration,
  contour,
  descentLandscape,
  heatmap,
  learningCurves,
  line,
  plot,
  regions,
  regularizationPath,
} from "@steepest/plot";
import { array, DataError, type NDArray, OptionError, ShapeError } from "steepest";
import { logisticRegression } from "steepest/models";
import { summarize } from "steepest/select";
import { describe, expect, it } from "vitest";
import { cellCenters } from "../src/shared/surface.ts";
import { bowl, threeClasses } from "./samples.ts";

interface Data {
  readonly name: string;
  readonly values: readonly Readonly<Record<string, number | string>>[];
}
const dataOf = (figure: { spec: object }, name: string) =>
  (figure.spec as { data: Data[] }).data.find((data) => data.name === name)!.values;

describe("attention", () => {
  const weights = [
    [0.7, 0.3],
    [0.4, 0.6],
  ];

  it("has queries as rows: not transposed", () => {
    const figure = attention(array(weights), ["cat", "sat"]);
    expect(figure.toTable()).toEqual([
      { query: "cat", "to cat": 0.7, "to sat": 0.3, sum: 1 },
      { query: "sat", "to cat": 0.4, "to sat": 0.6, sum: 1 },
    ]);
    expect(dataOf(figure, "cells").find(({ text }) => text === "0.300")).toMatchObject({ row: 0, column: 1 });
  });

  it("writes the sum of every row, and says when a row is no softmax", async () => {
    const svg = await attention(weights, ["cat", "sat"]).toSVG();
    expect(svg.match(/Σ \d\.\d{3}/g)).toEqual(["Σ 1.000", "Σ 1.000"]);
    expect(
      attention(
        [
          [0.7, 0.3],
          [0.4, 0.5],
        ],
        ["cat", "sat"],
      ).description,
    ).toContain("Row 2 sums to 0.9: these are not weights of a softmax.");
  });

  it("keeps words apart that occur twice", () => {
    expect(Object.keys(attention(weights, ["the", "the"]).toTable()[0]!)).toEqual([
      "query",
      "to the",
      "to the (2)",
      "sum",
    ]);
  });

  it("refuses weights that do not match the words", () => {
    expect(() => attention(weights, ["one"])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: attention: the weights have shape [2, 2], and there are 1 tokens. Pass one row and one column for each.]`,
    );
    expect(() => attention([0.5, 0.5], ["a", "b"])).toThrow(ShapeError);
  });
});

describe("biasVarianceCurve", () => {
  const at = (complexity: number, bias2: number, variance: number) => ({
    complexity,
    result: { bias2, variance, noise: 0.1, error: bias2 + variance + 0.1 },
  });

  it("names the best complexity, in any order of the points", () => {
    const points = [at(3, 0, 0.2), at(1, 0.5, 0.01), at(2, 0.05, 0.05)];
    const figure = biasVarianceCurve(points, { xLabel: "degree" });
    expect(figure.description).toBe("Lowest expected error 0.2 at degree 2: bias² 0.05, variance 0.05, noise 0.1.");
    expect(figure.toTable().map((row) => row["degree"])).toEqual([1, 2, 3]);
    expect(points[0]!.complexity).toBe(3);
  });

  it("refuses NaN", () => expect(() => biasVarianceCurve([at(1, Number.NaN, 0)])).toThrow(DataError));
});

describe("calibration", () => {
  it("weighs the gap of each bin by its rows", () => {
    const figure = calibration([
      { predicted: 0.2, observed: 0.1, count: 30 },
      { predicted: 0.8, observed: 0.4, count: 10 },
    ]);
    // (30·0.1 + 10·0.4)/40
    expect(figure.description).toBe(
      "40 rows in 2 bins; said and seen differ by 0.18 on average, most at 0.8 (seen 0.4).",
    );
    expect(dataOf(figure, "points").map(({ size }) => size)).toEqual([194, 24 + 170 / 3]);
  });

  it("refuses no bins", () => expect(() => calibration([])).toThrow(DataError));
});

describe("descentLandscape", () => {
  it("has the loss of every step in its table", () => {
    const figure = descentLandscape((w) => w.square(), { slow: [2, 1], large: [2, -2.4] });
    expect(figure.toTable()[3]).toEqual({ run: "large", step: 1, w: -2.4, loss: 2.4 ** 2 });
    expect(figure.description).toBe("Slow: loss 4 to 1 in 1 step; large: loss 4 to 5.76 in 1 step.");
  });

  it("refuses a run that left the numbers, and a loss that is not finite there", () => {
    expect(() => descentLandscape((w) => w.square(), { large: [2, Infinity] })).toThrow(DataError);
    expect(() => descentLandscape((w) => w.log(), { one: [1, -1] })).toThrow(DataError);
  });
});

describe("heatmap", () => {
  it("says where the lowest and the highest number stand", () => {
    const figure = heatmap(
      array([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      { rows: ["a", "b"], columns: ["u", "v", "w"] },
    );
    expect(figure.description).toBe("2 rows and 3 columns; lowest 1 (a, u), highest 6 (b, w).");
    expect(figure.toTable()[3]).toEqual({ row: "b", column: "u", value: 4 });
    expect(dataOf(figure, "cells").map(({ opacity }) => opacity)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it("shows the sign by color and the magnitude by strength", () => {
    const cells = dataOf(heatmap([[-2, 1]]), "cells");
    expect(cells).toMatchObject([
      { series: 1, opacity: 0.5, text: "−2" },
      { series: 0, opacity: 0.25, text: "1" },
    ]);
  });

  it("leaves out numbers that do not fit, and draws a key instead", async () => {
    const wide = Array.from({ length: 30 }, (_, i) => Array.from({ length: 30 }, (_, j) => i * j));
    const svg = await heatmap(wide).toSVG();
    expect(svg).not.toContain(">812<");
    expect(svg.match(/>(0|841)</g)).toEqual([">0<", ">841<"]);
  });

  it("refuses vectors, ragged rows, NaN and names that do not match", () => {
    expect(() => heatmap([1, 2])).toThrow(ShapeError);
    expect(() => heatmap([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => heatmap([[Number.NaN]])).toThrow(DataError);
    expect(() => heatmap([[1]], { rows: ["a", "b"] })).toThrow(OptionError);
  });
});

describe("learningCurves", () => {
  const point = (x: number, train: number[], test: number[]) => ({ x, train: summarize(train), test: summarize(test) });

  it("draws bands of one standard deviation around the means", () => {
    const figure = learningCurves([point(80, [1, 1], [0.9, 0.9]), point(20, [1, 1], [0.6, 0.8])]);
    const test = dataOf(figure, "points").filter(({ series }) => series === 1);
    const std = Math.SQRT2 * 0.1;
    expect(test[0]).toMatchObject({ x: 20, y: 0.7, low: 0.7 - std, high: 0.7 + std });
    expect(figure.description).toContain("highest test score 0.9 at 80");
  });

  it("a single fold has no band", () => {
    const [only] = dataOf(learningCurves([point(20, [1], [0.6])]), "points");
    expect(only).toMatchObject({ low: 1, high: 1 });
  });

  it("refuses zero on a logarithmic axis", () => {
    expect(() => learningCurves([point(0, [1], [1])], { log: true })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: learningCurves: x[0] is 0, but a logarithmic axis shows positive numbers only. Leave it out, or use a linear axis.]`,
    );
  });
});

describe("regions", () => {
  const X = [
    [0, 0],
    [1, 0],
    [3, 0],
    [4, 1],
  ];
  /** The boundary is the line x = 2. */
  const halves = {
    classes: ["left", "right"],
    decisionFunction: (points: unknown) => array((points as number[][]).map(([x]) => x! - 2)),
    predict: (points: unknown) => (points as number[][]).map(([x]) => (x! < 2 ? "left" : "right")),
  };

  it("draws the boundary where the score is zero", async () => {
    const figure = regions(halves, X, ["left", "left", "right", "right"]);
    const width = figure.spec["width"] as number;
    const scales = figure.spec["scales"] as { name: string; domain: number[] }[];
    const [low, high] = scales.find(({ name }) => name === "x")!.domain as [number, number];
    const drawn = (await figure.toSVG()).match(/ d="(M[^"]*)"[^>]*stroke="#1a2027"/)![1]!;
    const xs = drawn.match(/-?[\d.]+,-?[\d.]+/g)!.map((pair) => Number(pair.split(",")[0]));
    expect(Math.min(...xs)).toBeCloseTo((width * (2 - low)) / (high - low), 1); // two decimals of a pixel, linear scores
  });

  it("rings and counts the points that are in the wrong region", async () => {
    const figure = regions(halves, X, ["left", "right", "right", "right"]);
    expect(figure.description).toBe(
      "Regions of 2 classes (left, right) and 4 points, 1 of them in the wrong region (25.0 %).",
    );
    const { length } = (await figure.toSVG()).match(/stroke="#1a2027" stroke-width="1.25"/g)!;
    expect(length).toBe(1);
    expect(figure.toTable()[1]).toEqual({ "x₁": 1, "x₂": 0, actual: "right", predicted: "left" });
  });

  it("gives each of three classes its own region: margins are those of the scores, with their sign", () => {
    const figure = regions(
      threeClasses,
      [
        [-2, 0],
        [2, 0],
        [0, 3],
      ],
      ["a", "b", "c"],
    );
    const scales = figure.spec["scales"] as { name: string; domain: [number, number] }[];
    const domain = (name: string) => scales.find((scale) => scale.name === name)!.domain;
    const centers = cellCenters({ x: domain("x"), y: domain("y") }, 90);
    const scores = threeClasses.decisionFunction(centers).toNested() as number[][];
    for (const k of [1, 2]) {
      const [row] = dataOf(figure, `scores${k}`);
      const { values } = row!["grid"] as unknown as { values: number[] };
      const others = (i: number) => scores[i]!.filter((_, c) => c !== k);
      const expected = scores.map((score, i) => score[k]! - Math.max(...others(i)));
      // 1e-5: six digits of numbers below ten
      for (const [i, margin] of values.entries()) expect(Math.abs(margin - expected[i]!)).toBeLessThan(1e-5);
    }
  });

  it("takes a fitted model of the library", () => {
    const y = ["no", "no", "yes", "yes"];
    const model = logisticRegression({ l2: 0.01 }).fit(X, y);
    expect(
      regions(model, X, y)
        .toTable()
        .map((row) => row["predicted"]),
    ).toEqual(y);
  });

  it("refuses three features, and labels that do not match", () => {
    expect(() => regions(halves, [[1, 2, 3]], ["left"])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: regions: X has 3 columns, but regions are drawn in the plane of two features. Fit the model on two of them.]`,
    );
    expect(() => regions(halves, X, ["left"])).toThrow(ShapeError);
  });
});

describe("regularizationPath", () => {
  const path = {
    strengths: [0.1, 10, 1],
    coefs: [
      [2, -0.5],
      [0, 0],
      [1.5, 0],
    ],
  };

  it("goes from the strongest to the weakest penalty, whatever the order was", () => {
    const figure = regularizationPath(path, { names: ["age", "bmi"] });
    expect(figure.toTable()).toEqual([
      { strength: 10, age: 0, bmi: 0 },
      { strength: 1, age: 1.5, bmi: 0 },
      { strength: 0.1, age: 2, bmi: -0.5 },
    ]);
    expect(figure.description).toContain("largest at the end: age 2, bmi −0.5; 2 of 2 not zero there.");
  });

  it("moves names apart that end at one point", () => {
    const same = { strengths: [1, 0.1], coefs: [Array(8).fill(0), Array(8).fill(1)] };
    const heights = dataOf(regularizationPath(same), "ends").map(({ at }) => Number(at));
    for (const [i, at] of heights.entries()) if (i > 0) expect(at - heights[i - 1]!).toBeGreaterThanOrEqual(13);
  });

  it("refuses strength 0, rows that do not match, and names that do not", () => {
    expect(() => regularizationPath({ ...path, strengths: [1, 0, 2] })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: regularizationPath: strengths[1] is 0, but a logarithmic axis shows positive numbers only. Leave it out, or use a linear axis.]`,
    );
    expect(() => regularizationPath({ ...path, strengths: [1] })).toThrow(ShapeError);
    expect(() => regularizationPath(path, { names: ["age"] })).toThrow(OptionError);
  });
});

describe("plot", () => {
  it("stands bars of two marks side by side, with names below", async () => {
    const names = ["sgd", "adam"];
    const figure = plot({
      width: 400,
      marks: [bar(names, [1, 2], { label: "2024" }), bar(names, [3, 4], { label: "2025" })],
    });
    expect(figure.toTable()[2]).toEqual({ mark: "2025", name: "sgd", value: 3 });
    expect(figure.description).toBe("2 bars (2024) and 2 bars (2025); y from 0 to 4.");
    const groups = figure.spec["marks"] as unknown as { data?: Data[] }[];
    const [first, second] = groups.flatMap((mark) => mark.data ?? []).map(({ values }) => values);
    expect(first![0]!["right"]).toBeCloseTo(Number(second![0]!["left"]), 12);
    expect(second![0]!["right"]).toBeLessThan(Number(first![1]!["left"]));
    expect((await figure.toSVG()).match(/>(sgd|adam)</g)).toEqual([">sgd<", ">adam<"]);
  });

  it("chooses levels of equal ratio on request: what grows by powers shows its floor", () => {
    const valley = (w: NDArray) => w.square().sum().square().square();
    const levels = (scale: "linear" | "log") =>
      plot({ marks: [contour(valley, { scale, levels: 6 })] })
        .toTable()
        .map(({ level }) => Number(level));
    const ratios = levels("log").map((level, i, all) => (i === 0 ? 1 : level / all[i - 1]!));
    // two digits each: ratios are equal within ten percent
    for (const ratio of ratios.slice(1)) expect(Math.abs(ratio / ratios[1]! - 1)).toBeLessThan(0.1);
    expect(levels("log")[0]).toBeLessThan(levels("linear")[0]! / 3);
    expect(
      plot({ marks: [contour((w) => valley(w).neg(), { scale: "log" }), line([0, 1], [0, 1])] }).toTable(),
    ).toHaveLength(2);
  });

  it("refuses bars with different names", () => {
    expect(() => plot({ marks: [bar(["a"], [1]), bar(["b"], [1])] })).toThrow(OptionError);
  });

  it("draws on logarithmic axes, and refuses zero and surfaces there", async () => {
    const x = { type: "log" } as const;
    const figure = plot({ x, y: x, marks: [line([1, 10, 100], [0.1, 1, 10])] });
    // powers of ten lie on a straight line with equal steps
    const d = (await figure.toSVG()).match(/ d="(M[^"]*)"[^>]*stroke="#0072b2"/)![1]!;
    const [p, q, r] = d.match(/-?[\d.]+,-?[\d.]+/g)!.map((pair) => pair.split(",").map(Number) as [number, number]);
    for (const axis of [0, 1]) expect(q![axis]! - p![axis]!).toBeCloseTo(r![axis]! - q![axis]!, 1);
    expect(() => plot({ x, marks: [line([0, 1], [1, 2])] })).toThrow(DataError);
    expect(() => plot({ x: { ...x, domain: [1, 10] }, marks: [contour(bowl)] })).toThrow(OptionError);
  });
});
