// What each figure says: its sentence and its table against the data, and the inputs it refuses.
import {
  backprop,
  band,
  bars,
  coefficients,
  confusionMatrix,
  correlations,
  curves,
  foldScores,
  gradientField,
  histogram,
  implicit,
  line,
  panels,
  path,
  plot,
  point,
  precisionRecall,
  predictedActual,
  regressionLine,
  roc,
  scatter,
  trajectories,
} from "@steepest/plot";
import fc from "fast-check";
import { array, DataError, OptionError, ShapeError } from "steepest";
import { confusion, precisionRecallCurve } from "steepest/metrics";
import { describe, expect, it } from "vitest";
import { themes } from "../src/shared/theme.ts";
import { bowl, line as model, network } from "./samples.ts";

describe("backprop", () => {
  it("writes values, adjoints and local derivatives of the seed network", () => {
    const figure = backprop(network);
    expect(figure.description).toBe("Output h5 = 1; adjoints of the parameters: x −3, w −2, v −12, y 2.");
    expect(figure.toTable().find((row) => row["node"] === "h3")).toEqual({
      node: "h3",
      formula: "v·h2",
      value: 3,
      adjoint: -2,
      "local derivatives": "6, 0.5",
    });
  });

  it("draws the same from the trace and from its JSON", () => {
    expect(backprop(JSON.parse(JSON.stringify(network.toJSON()))).spec).toEqual(backprop(network).spec);
  });

  it("turns downwards where the width is too small", () => {
    const size = (width: number) => {
      const { spec } = backprop(network, { width });
      return (spec["height"] as number) / (spec["width"] as number);
    };
    expect(size(1200)).toBeLessThan(0.5);
    expect(size(300)).toBeGreaterThan(1.5);
  });

  it("refuses a trace without nodes", () => {
    expect(() => backprop({ version: "steepest-trace/1", output: 0, nodes: [] })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: backprop: there are no nodes to draw. Pass at least one.]`,
    );
  });
});

describe("bars", () => {
  it("writes values and shares", () => {
    const figure = bars({ benign: 357, malignant: 212 }, { label: "rows", shares: true });
    expect(figure.description).toBe("Rows: benign 357 (62.7 %), malignant 212 (37.3 %).");
    expect(figure.toTable()).toEqual([
      { name: "benign", rows: 357, share: 357 / 569 },
      { name: "malignant", rows: 212, share: 212 / 569 },
    ]);
  });

  it("refuses NaN and nothing at all", () => {
    expect(() => bars({ a: Number.NaN })).toThrow(DataError);
    expect(() => bars({})).toThrow(DataError);
  });
});

describe("coefficients", () => {
  const names = ["age", "bmi", "bp"];

  it("sorts by the largest magnitude in any vector", () => {
    const figure = coefficients({ ridge: [0.2, -1.5, 0.9], lasso: [3, 0, 0.8] }, { names });
    expect(figure.toTable()).toEqual([
      { feature: "age", ridge: 0.2, lasso: 3 },
      { feature: "bmi", ridge: -1.5, lasso: 0 },
      { feature: "bp", ridge: 0.9, lasso: 0.8 },
    ]);
    expect(figure.description).toBe(
      "3 coefficients by magnitude; largest: age 3 (lasso), bmi −1.5 (ridge), bp 0.9 (ridge).",
    );
  });

  it("draws the largest thirty and keeps all in the table", () => {
    const many = Array.from({ length: 100 }, (_, i) => i);
    const figure = coefficients({ all: array(many) });
    expect(figure.title).toBe("The 30 largest of 100 coefficients");
    expect(figure.toTable()).toHaveLength(100);
    expect(figure.toTable()[0]).toEqual({ feature: "x100", all: 99 });
  });

  it("names the vector that does not fit, or is not finite", () => {
    expect(() => coefficients({ ridge: [1, 2] }, { names })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: coefficients: "ridge" has 2 entries and names has 3. Both describe the same points, so the lengths must agree.]`,
    );
    expect(() => coefficients({ ridge: [1, Infinity, 2] }, { names })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: coefficients: "ridge"[1] is Infinity; a figure needs finite numbers. Drop or impute the entry.]`,
    );
  });
});

describe("confusionMatrix", () => {
  const actual = ["cat", "cat", "cat", "dog", "dog", "emu"];
  const predicted = ["cat", "dog", "dog", "dog", "cat", "emu"];

  it("has one row per cell, actual before predicted", () => {
    const figure = confusionMatrix(confusion(actual, predicted));
    expect(figure.toTable().slice(0, 3)).toEqual([
      { actual: "cat", predicted: "cat", count: 1, "share of actual": 1 / 3 },
      { actual: "cat", predicted: "dog", count: 2, "share of actual": 2 / 3 },
      { actual: "cat", predicted: "emu", count: 0, "share of actual": 0 },
    ]);
    expect(figure.description).toBe("6 rows: 3 right (50.0 %), 3 wrong; most often cat taken for dog (2).");
  });

  it("stands rows up as actual and columns as predicted: not transposed", async () => {
    const { spec } = confusionMatrix(confusion(["a", "a", "b"], ["b", "b", "b"], { labels: ["a", "b"] }));
    const cells = (spec["data"] as { values: { actual: number; predicted: number; main: string }[] }[])[0]!.values;
    expect(cells.find((cell) => cell.main === "2")).toMatchObject({ actual: 0, predicted: 1 });
  });

  it("writes shares on request, and 0 for a class without rows", async () => {
    const matrix = confusion<string>(["a", "a"], ["a", "b"], { labels: ["a", "b"] });
    const svg = await confusionMatrix(matrix, { normalize: "actual" }).toSVG();
    expect(svg.match(/>(\d+\.\d) %</g)).toEqual([">50.0 %<", ">50.0 %<", ">0.0 %<", ">0.0 %<"]);
  });
});

describe("correlations", () => {
  it("sorts by |r| and keeps the sign", () => {
    const figure = correlations([
      { a: "age", b: "bmi", r: 0.31 },
      { a: "bp", b: "bmi", r: -0.92 },
    ]);
    expect(figure.toTable()[0]).toEqual({ "column a": "bp", "column b": "bmi", r: -0.92 });
    expect(figure.description).toBe("2 pairs of columns; strongest: bp and bmi, r = −0.92.");
  });
});

describe("curves", () => {
  it("lists every step of every run", () => {
    const figure = curves({ sgd: [1, 0.5], adam: [1, 0.1, 0.01] }, { xLabel: "epoch", yLabel: "error" });
    expect(figure.toTable()).toHaveLength(5);
    expect(figure.toTable()[4]).toEqual({ run: "adam", epoch: 2, error: 0.01 });
    expect(figure.description).toBe("Error: sgd from 1 to 0.5 in 1 epoch; adam from 1 to 0.01 in 2 epochs.");
  });

  it("leaves out values that are not finite, and says so", async () => {
    const figure = curves({ sgd: [1, Number.NaN, Infinity, 3] });
    expect(figure.description).toBe("Loss, from 1 to 3 in 3 steps (2 values not finite).");
    expect(await figure.toSVG()).not.toMatch(/NaN|Infinity/);
  });

  it("refuses zero on a logarithmic axis and names the step", () => {
    expect(() => curves({ sgd: [1, 0] }, { scale: "log" })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: curves: "sgd"[1] is 0, but a logarithmic axis shows positive values only. Use scale "linear", or pass the distance to the best value.]`,
    );
    expect(curves({ sgd: [1, 0] }).toTable()).toHaveLength(2);
  });

  it("thins ten thousand steps in the picture, not in the table", async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => 1 / (1 + i) + (i === 5000 ? 7 : 0));
    const figure = curves({ sgd: values });
    expect(figure.toTable()).toHaveLength(10_000);
    const points = (figure.spec["data"] as { values: { value: number }[] }[])[0]!.values;
    expect(points.length).toBeLessThanOrEqual(600);
    expect(Math.max(...points.map((p) => p.value))).toBe(values[5000]); // the spike survives
  });
});

describe("foldScores", () => {
  it("lists folds from 1 and then the mean", () => {
    const figure = foldScores({ accuracy: [0.5, 1] });
    expect(figure.toTable()).toEqual([
      { metric: "accuracy", fold: 1, value: 0.5 },
      { metric: "accuracy", fold: 2, value: 1 },
      { metric: "accuracy", fold: "mean", value: 0.75 },
    ]);
    expect(figure.description).toBe("2 folds: accuracy mean 0.75, from 0.5 to 1.");
  });

  it("refuses a metric without folds", () => expect(() => foldScores({ accuracy: [] })).toThrow(DataError));
});

describe("gradientField", () => {
  it("has the gradient (x, 4y) of ½x² + 2y² in its table, and at the marked point", () => {
    const figure = gradientField(bowl, { at: [1, 2] });
    expect(figure.description).toContain("at (1, 2) the value is 8.5 and the gradient (1, 8)");
    for (const row of figure.toTable()) {
      expect(row["∂f/∂x"]).toBeCloseTo(Number(row["x"]), 12);
      expect(row["∂f/∂y"]).toBeCloseTo(4 * Number(row["y"]), 12);
    }
  });

  it("points uphill: to the right of the middle, arrows go right; above it, they go up on the screen", () => {
    const { spec } = gradientField(bowl);
    const data = spec["data"] as { name: string; values: { x: number; y: number; path: string }[] }[];
    const arrows = data.find(({ name }) => name === "arrows")!.values;
    for (const { x, y, path } of arrows.filter((arrow) => Math.abs(arrow.x) > 1 && Math.abs(arrow.y) > 1)) {
      const [, x1, y1, x2, y2] = path.match(/^M([-\d.]+),([-\d.]+)L([-\d.]+),([-\d.]+)/)!.map(Number);
      expect(Math.sign(x2! - x1!)).toBe(Math.sign(x));
      expect(Math.sign(y2! - y1!)).toBe(-Math.sign(y));
    }
  });

  it("draws where f is finite, and refuses a function that is finite nowhere", async () => {
    const half = gradientField((w) => w.log().sum(), { x: { domain: [-1, 1] }, y: { domain: [-1, 1] } });
    expect(await half.toSVG()).not.toMatch(/NaN|Infinity/);
    expect(() => gradientField((w) => w.mul(0).log().sum().mul(0))).toThrow(DataError);
  });
});

describe("histogram", () => {
  it("counts every value once, whatever the values and bins", () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 40 }), (values, bins) => {
        const table = histogram(values, { bins }).toTable() as readonly { from: number; to: number; count: number }[];
        expect(table.reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length);
        table.forEach(({ from, to, count }, k) => {
          const last = k === table.length - 1;
          expect(count).toBe(values.filter((v) => (v >= from || k === 0) && (v < to || last)).length);
          if (k > 0) expect(from).toBe(table[k - 1]!.to);
        });
      }),
    );
  });

  it("puts 0.3 into the bin that starts at 0.3", () => {
    const table = histogram([0, 0.1, 0.2, 0.3, 0.5], { bins: 5 }).toTable();
    expect(table.find((bin) => bin["from"] === 0.3)).toMatchObject({ count: 1 });
  });

  it("refuses bins that are not a positive integer", () => {
    expect(() => histogram([1], { bins: 0 })).toThrow(OptionError);
    expect(() => histogram([1, Number.NaN])).toThrow(DataError);
  });
});

describe("panels", () => {
  const one = bars({ a: 1, b: 2 }, { width: 300 });
  const two = curves({ sgd: [1, 0.5] }, { width: 400 });

  it("joins sentences and tables, and is as wide as its columns", () => {
    const figure = panels([one, two, one]);
    expect(figure.spec["width"]).toBe(300 + 16 + 400);
    expect(figure.description).toBe(
      `3 panels. Value: ${one.description} Loss by step: ${two.description} Value: ${one.description}`,
    );
    expect(figure.toTable().map((row) => row["panel"])).toEqual([
      "Value",
      "Value",
      "Loss by step",
      "Loss by step",
      "Value",
      "Value",
    ]);
    expect(figure.toTable()[0]).toEqual({ panel: "Value", name: "a", value: 1, run: "", step: "", loss: "" });
  });

  it("keeps the scales of each panel apart", async () => {
    const [left, right] = [bars({ a: 1 }, { width: 300 }), bars({ b: 1000 }, { width: 300 })];
    const bar = (svg: string) => svg.match(/d="M0,[^"]*h([\d.]+)/)?.[1];
    const both = await panels([left, right]).toSVG();
    expect(both).toContain(`h${bar(await left.toSVG())}`);
    expect(both).toContain(`h${bar(await right.toSVG())}`);
  });

  it("keeps the grid of each panel inside of it", async () => {
    const lines = (svg: string) => new Set(svg.match(/(?<=<line[^>]* x2=")[\d.]+/g));
    const both = lines(await panels([two, curves({ sgd: [1, 0.5] }, { width: 300 })]).toSVG());
    expect(both.size).toBe(3); // 0 and the two widths
    expect(Math.max(...[...both].map(Number))).toBeLessThan(400);
  });

  it("refuses no figures, and half a column", () => {
    expect(() => panels([])).toThrow(DataError);
    expect(() => panels([one], { columns: 0.5 })).toThrow(OptionError);
  });
});

describe("plot", () => {
  const square = [
    [0, 0],
    [1, 0],
    [1, 1],
  ];

  it("covers what its marks cover, and lists them all in one table", () => {
    const figure = plot({ marks: [path(square, { label: "walk" }), point([3, -1], { label: "goal" })] });
    expect(figure.description).toBe("Path of 3 points (walk) and goal at (3, −1); x from 0 to 3, y from −1 to 1.");
    expect(figure.toTable()[1]).toEqual({ mark: "walk", step: 1, x: 1, y: 0 });
    expect(figure.toTable()[3]).toEqual({ mark: "goal", step: "", x: 3, y: -1 });
  });

  it("takes points as nested lists, as one array, and as a list of arrays", () => {
    const specs = [square, array(square), square.map((row) => array(row))].map(
      (points) => plot({ marks: [path(points)] }).spec,
    );
    expect(specs[1]).toEqual(specs[0]);
    expect(specs[2]).toEqual(specs[0]);
  });

  it("gives each label of a scatter its color, and the next mark the next one", async () => {
    const svg = await plot({
      marks: [scatter(square, { color: ["a", "b", "a"] }), line([0, 1], [0, 1], { label: "c" })],
    }).toSVG();
    const [a, b, c] = themes.safe.series;
    for (const [color, n] of [
      [a, 3],
      [b, 2],
      [c, 2],
    ] as const) {
      expect(svg.match(new RegExp(`stroke="${color}"`, "g")), color).toHaveLength(n); // in the plane and in the legend
    }
  });

  it("draws the zero set of g where it is: a circle of radius 2", async () => {
    const domain = [-4, 4] as const;
    const circle = implicit((w) => w.square().sum().neg().add(4));
    const figure = plot({ width: 500, height: 480, x: { domain }, y: { domain }, marks: [circle] });
    const [width, height] = [figure.spec["width"] as number, figure.spec["height"] as number];
    const drawn = (await figure.toSVG()).match(/ d="([^"]*)"[^>]*stroke="#0072b2"/)![1]!;
    const points = drawn.match(/[-\d.]+,[-\d.]+/g)!.map((pair) => pair.split(",").map(Number) as [number, number]);
    expect(points.length).toBeGreaterThan(50);
    // 1e-2: straight pieces between the 60 cells of each side
    for (const [px, py] of points)
      expect(Math.abs(Math.hypot((8 * px) / width - 4, 4 - (8 * py) / height) - 2)).toBeLessThan(1e-2);
  });

  it("refuses no marks, and points that are not in the plane", () => {
    expect(() => plot({ marks: [] })).toThrow(DataError);
    expect(() => path([[1, 2, 3]])).toThrow(ShapeError);
    expect(() => scatter([[1, Number.NaN]])).toThrow(DataError);
    expect(() => band([1, 2], [1, 2], [1])).toThrow(ShapeError);
  });
});

describe("precisionRecall", () => {
  it("names the average precision: 0.8333 for the four scores of the scikit-learn manual", () => {
    const curve = precisionRecallCurve(["no", "no", "yes", "yes"], [0.1, 0.4, 0.35, 0.8], { positive: "yes" });
    const figure = precisionRecall({ logistic: curve });
    expect(figure.description).toBe("Average precision 0.8333 (logistic).");
    expect(figure.toTable().map((row) => row["precision"])).toEqual(curve.y);
  });

  it("draws steps whose area is the average precision", () => {
    const curve = precisionRecallCurve(["no", "yes", "no", "yes", "yes"], [0.9, 0.8, 0.4, 0.35, 0.1], {
      positive: "yes",
    });
    const data = precisionRecall({ logistic: curve }).spec["data"] as { values: { x: number; y: number }[] }[];
    const points = data[0]!.values;
    const area = points.reduce((sum, { x, y }, i) => sum + (i === 0 ? 0 : (x - points[i - 1]!.x) * y), 0);
    expect(area).toBeCloseTo(curve.area, 14);
  });
});

describe("predictedActual", () => {
  it("has RMSE and R² in its sentence", () => {
    // residuals −0.1, 0.1, −0.2: RMSE √(0.06/3) = 0.1414; R² = 1 − 0.06/2
    expect(predictedActual([1, 2, 3], [1.1, 1.9, 3.2]).description).toBe(
      "3 rows: root mean squared error 0.1414, R² 0.97.",
    );
  });

  it("leaves R² out where the truth does not vary, and refuses lists of different length", () => {
    expect(predictedActual([2, 2], [1, 3]).description).toBe("2 rows: root mean squared error 1.");
    expect(() => predictedActual([1, 2], [1])).toThrow(ShapeError);
  });
});

describe("regressionLine", () => {
  it("lists fitted values and residuals", () => {
    const figure = regressionLine([[1], [2], [3]], [3, 5, 8], model, { xLabel: "age" });
    expect(figure.toTable()[2]).toEqual({ age: 3, actual: 8, fitted: 7, residual: 1 });
    // residuals 0, 0, 1: √(1/3)
    expect(figure.description).toBe("3 points and the fit, from (1, 3) to (3, 7); root mean squared residual 0.5774.");
  });

  it("refuses two features, and rows that do not match", () => {
    expect(() =>
      regressionLine(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
        model,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: regressionLine: X has 2 columns, but a line is drawn over one feature. Pass one column, or use predictedActual.]`,
    );
    expect(() => regressionLine([[1], [2], [3]], [1, 2], model)).toThrow(ShapeError);
  });
});

describe("a million rows", () => {
  const n = 1e6;
  const wave = Float64Array.from({ length: n }, (_, i) => Math.sin(i * 0.001));

  it.each([
    ["curves", () => curves({ sgd: [...wave] })],
    ["predictedActual", () => predictedActual(wave, wave)],
    ["histogram", () => histogram(wave)],
    ["regressionLine", () => regressionLine(wave, wave, model)],
    [
      "roc",
      () => roc({ one: { x: [...wave.keys()].map((i) => i / n), y: [...wave], thresholds: [...wave], area: 0.5 } }),
    ],
  ])("%s draws a small picture of them", (_, draw) => {
    const figure = draw();
    expect(JSON.stringify(figure.spec).length).toBeLessThan(300_000);
    expect(figure.description).toMatch(/\d/);
  });
});

describe("roc", () => {
  const curve = {
    x: [0, 0, 0.5, 0.5, 1],
    y: [0, 0.5, 0.5, 1, 1],
    thresholds: [Infinity, 0.8, 0.4, 0.35, 0.1],
    area: 0.75,
  };

  it("names areas, and has one row per threshold", () => {
    const figure = roc({ logistic: curve, chance: { ...curve, area: 0.5 } });
    expect(figure.description).toBe("Area under the curve 0.75 (logistic) and 0.5 (chance); guessing has 0.5.");
    expect(figure.toTable()).toHaveLength(10);
    expect(figure.toTable()[1]).toEqual({ curve: "logistic", threshold: 0.8, "false positive rate": 0, recall: 0.5 });
  });

  it("refuses a curve whose x and y differ in length", () => {
    expect(() => roc({ broken: { ...curve, y: [0, 1] } })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: roc: x of "broken" has 5 entries and y has 2. Both describe the same points, so the lengths must agree.]`,
    );
  });
});

describe("trajectories", () => {
  it("lists every point, and the value at both ends", () => {
    const path = [
      [2, 1],
      [1, 0.5],
      [0, 0],
    ].map((p) => array(p));
    const figure = trajectories(bowl, { sgd: path });
    expect(figure.toTable()[1]).toEqual({ run: "sgd", step: 1, x: 1, y: 0.5 });
    expect(figure.description).toContain("sgd from 4 to 0 in 2 steps");
  });

  it("names the run and the step that diverged, or is not in the plane", () => {
    expect(() => trajectories(bowl, { sgd: [array([1, 2]), array([Infinity, 0])] })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: trajectories: point 1 of "sgd" is (Infinity, 0): the run diverged. Cut it there, or use a smaller learning rate.]`,
    );
    expect(() => trajectories(bowl, { sgd: [array([1, 2, 3])] })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: trajectories: point 0 of "sgd" has 3 coordinates; a picture of the plane needs 2. Pick two of them.]`,
    );
  });

  it("refuses a run without points", () => expect(() => trajectories(bowl, { sgd: [] })).toThrow(DataError));
});
