import { describe, expect, it } from "vitest";
import { blobs, circles } from "../../data/index.ts";
import { array } from "../../index.ts";
import { loadCheckpoint, loadClassifier, loadRegressor, saveCheckpoint, saveModel } from "../../io/index.ts";
import { accuracy } from "../../metrics/index.ts";
import { adam, sgd } from "../../optim/index.ts";
import { key, normal } from "../../random/index.ts";
import { crossValidate, kFold } from "../../select/index.ts";
import { mlpClassifier, mlpRegressor, pipeline, standardize } from "../index.ts";

const rings = circles({ samples: 120, noise: 0.05, ratio: 0.4, key: key(1) });
const labels = rings.y.map((c) => (c === 1 ? "in" : "out"));
const fast = { hidden: [16], activation: "tanh", optimizer: adam({ learningRate: 0.05 }), key: key(0) } as const;

describe("mlpClassifier", () => {
  it("separates what no line separates", () => {
    const model = mlpClassifier({ ...fast, epochs: 60, batchSize: 40 }).fit(rings.X, labels);
    expect(model.classes).toEqual(["in", "out"]);
    expect(model.score(rings.X, labels)).toBeGreaterThan(0.98);
    expect(model.report.history).toHaveLength(61);
    expect(model.report.history.at(-1)!).toBeLessThan(0.2 * model.report.history[0]!);
    expect(model.report.steps).toBe(180);
  });

  it("gives probabilities of several classes that sum to 1 and agree with predict", () => {
    const { X, y } = blobs({
      samples: 90,
      centers: [
        [0, 0],
        [6, 0],
        [0, 6],
      ],
      key: key(2),
    });
    const model = mlpClassifier({ ...fast, epochs: 30 }).fit(X, y);
    const proba = model.predictProba(X);
    expect(proba.shape).toEqual([90, 3]);
    expect(proba.sum(1).sub(1).abs().max().item()).toBeLessThan(1e-14);
    expect(proba.argmax(1).toArray()).toEqual(model.predict(X).map((label) => model.classes.indexOf(label)));
    expect(model.decisionFunction(X).shape).toEqual([90, 3]);
  });

  it("the objective at the start is log 2 for a network that answers 0", () => {
    const model = mlpClassifier({ ...fast, hidden: [], epochs: 0 }).fit([[0], [0]], ["a", "b"]); // x = 0: biases alone
    expect(model.report.history).toEqual([Math.LN2]);
    expect(model.report.objective).toBe(Math.LN2);
  });

  it("equal keys give equal bits, other keys other networks", () => {
    const fit = (seed: number) =>
      JSON.stringify(
        mlpClassifier({ ...fast, key: key(seed), epochs: 3, batchSize: 32, dropout: 0.3 }).fit(rings.X, labels),
      );
    expect(fit(5)).toBe(fit(5));
    expect(fit(5)).not.toBe(fit(6));
  });

  it("l2 shrinks weights and leaves biases alone", () => {
    const size = (l2: number) => {
      const { params } = mlpClassifier({ ...fast, l2, epochs: 150, batchSize: 200 }).fit(rings.X, labels);
      return params[0]!.weight.norm().item();
    };
    expect(size(0.1)).toBeLessThan(0.5 * size(0));
    const imbalanced = ["a", "a", "a", "b"];
    const flat = mlpClassifier({ ...fast, hidden: [], l2: 10, epochs: 400 }).fit([[0], [0], [0], [0]], imbalanced);
    expect(
      flat
        .predictProba([[0]])
        .at(0, 1)
        .item(),
    ).toBeCloseTo(0.25, 4); // the bias is free: the share of "b"
  });

  it("stops early on held-out rows, and keeps the best epoch", () => {
    const noise = labels.map((label, i) => (i % 3 === 0 ? "in" : label));
    const learner = mlpClassifier({ ...fast, epochs: 300, earlyStopping: { fraction: 0.3, patience: 8 } });
    const { report } = learner.fit(rings.X, noise);
    expect(report.status).toBe("stalled");
    expect(report.message).toContain("no better metric for 8 of them");
    expect(report.history.length).toBeLessThan(301);
    expect(report.objective).not.toBe(report.history.at(-1));
  });

  it("says that it diverged, and keeps the last finite network", () => {
    const { report, params } = mlpClassifier({
      ...fast,
      optimizer: sgd({ learningRate: 1e200 }),
      activation: "relu",
    }).fit(rings.X, labels);
    expect(report.status).toBe("stalled");
    expect(report.message).toContain("Lower the learning rate");
    expect(Number.isFinite(params[0]!.weight.sum().item())).toBe(true);
  });

  it("stops at its signal with the network so far", () => {
    let steps = 0;
    const signal = {
      get aborted() {
        return steps >= 3;
      },
    };
    const { report } = mlpClassifier(fast).fit(rings.X, labels, { signal, onStep: () => steps++ });
    expect(report.status).toBe("aborted");
    expect(report.steps).toBe(2); // onStep is called for the start too
  });

  it("works in pipelines and cross-validation", () => {
    const learner = pipeline([standardize()], mlpClassifier({ ...fast, epochs: 40 }));
    const { scores } = crossValidate(rings.X, labels, {
      folds: kFold({ folds: 3, key: key(3) }),
      fit: (X, y) => learner.fit(X, y),
      scores: { accuracy: ({ actual, predicted }) => accuracy(actual, predicted) },
    });
    expect(scores.accuracy.mean).toBeGreaterThan(0.95);
  });

  it.each([
    ["adam", { batchSize: 32, dropout: 0.2, l2: 0.01 }],
    ["with rows held out", { batchSize: 32, earlyStopping: { fraction: 0.25, patience: 100 } }],
  ])("goes on from a stored checkpoint with the same bits: %s", (_, options) => {
    const learner = { ...fast, ...options, epochs: 9 };
    const kept: Uint8Array[] = [];
    const whole = mlpClassifier({ ...learner, onEpoch: ({ checkpoint }) => kept.push(saveCheckpoint(checkpoint)) });
    const expected = whole.fit(rings.X, labels);
    expect(kept).toHaveLength(9);
    const rest = mlpClassifier({ ...learner, resume: (like) => loadCheckpoint(kept[3]!, like) }).fit(rings.X, labels);
    expect(JSON.stringify(rest)).toBe(JSON.stringify(expected));
    expect(rest.report.history).toEqual(expected.report.history.slice(4));
    const other = mlpClassifier({ ...learner, resume: (like) => loadCheckpoint(kept[2]!, like), epochs: 8 });
    expect(JSON.stringify(other.fit(rings.X, labels))).not.toBe(JSON.stringify(expected));
  });

  it("classWeight weighs rows by their class", () => {
    const weights = Float64Array.from(labels, (label) => (label === "in" ? 3 : 1));
    const options = { ...fast, epochs: 4 };
    const named = mlpClassifier({ ...options, classWeight: { in: 3 } }).fit(rings.X, labels);
    const rowwise = mlpClassifier(options).fit(rings.X, labels, { sampleWeight: weights });
    expect(named.decisionFunction(rings.X).toArray()).toEqual(rowwise.decisionFunction(rings.X).toArray());
    expect(named.predict(rings.X)).not.toEqual(mlpClassifier(options).fit(rings.X, labels).predict(rings.X));
  });

  it("saved with its weights apart and loaded it is the same", () => {
    const model = mlpClassifier({ ...fast, epochs: 5 }).fit(rings.X, labels);
    const { description, weights } = saveModel(model, { inlineBelowBytes: 0 });
    const copy = loadClassifier(JSON.parse(JSON.stringify(description)), weights);
    expect(copy.decisionFunction(rings.X).toArray()).toEqual(model.decisionFunction(rings.X).toArray());
    expect(String(copy)).toBe(String(model));
    expect(String(model)).toContain("mlpClassifier, 65 coefficients");
  });
});

describe("mlpRegressor", () => {
  const X = normal(key(1), [80, 2]);
  const y = X.at(":", 0).mul(X.at(":", 1));

  it("fits a product", () => {
    const model = mlpRegressor({ ...fast, optimizer: adam({ learningRate: 0.02 }), epochs: 150, batchSize: 40 }).fit(
      X,
      y,
    );
    expect(model.score(X, y)).toBeGreaterThan(0.98);
    expect(model.predict(X).shape).toEqual([80]);
  });

  it("fits several targets, and loads them", () => {
    const Y = array(y.toArray().flatMap((v, i) => [v, 2 * v + X.at(i, 0).item()])).reshape(80, 2);
    const model = mlpRegressor({ ...fast, epochs: 3 }).fit(X, Y);
    expect(model.predict(X).shape).toEqual([80, 2]);
    const loaded = loadRegressor(JSON.stringify(model));
    expect(loaded.predict(X).toArray()).toEqual(model.predict(X).toArray());
    expect(() => model.score(X, y)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: mlpRegressor.score: y has 1 targets, but the model was fitted on 2.]`,
    );
  });

  it("scaleTarget learns large targets, weights included, and predicts in their units", () => {
    const far = y.mul(700).add(5000);
    const options = { ...fast, optimizer: adam({ learningRate: 0.02 }), epochs: 150, batchSize: 40 };
    expect(mlpRegressor(options).fit(X, far).score(X, far)).toBeLessThan(0.5);
    const model = mlpRegressor({ ...options, scaleTarget: true }).fit(X, far);
    expect(model.score(X, far)).toBeGreaterThan(0.98);
    // 1e-9: the same network, with numbers that were scaled there and back
    const weights = Float64Array.from({ length: 80 }, (_, i) => i % 3);
    const rows = [...weights].flatMap((w, i) => (w > 0 ? Array.from<number>({ length: w }).fill(i) : []));
    const whole = { ...options, epochs: 20, batchSize: 1000, scaleTarget: true };
    const weighted = mlpRegressor(whole).fit(X, far, { sampleWeight: weights });
    const twice = mlpRegressor(whole).fit(X.take(rows), far.take(rows));
    expect(weighted.predict(X).sub(twice.predict(X)).abs().max().item()).toBeLessThan(1e-6); // of about 700: equal but for the order of sums
    expect(
      mlpRegressor({ ...whole, epochs: 1 })
        .fit([[1], [2]], [3, 3])
        .predict([[1]])
        .item(),
    ).toBeCloseTo(3, 0);
  });

  it("the objective is ½e² plus ½·l2·‖W‖²", () => {
    const { params, report } = mlpRegressor({ ...fast, hidden: [], l2: 0.3, epochs: 0 }).fit(X, y);
    const [{ weight, bias }] = params as never as [{ weight: typeof X; bias: typeof X }];
    const e = X.matmul(weight).add(bias).flatten().sub(y);
    const objective = 0.5 * e.square().mean().item() + 0.15 * weight.square().sum().item();
    expect(report.objective).toBeCloseTo(objective, 14);
  });
});

it("options are checked at once", () => {
  expect(() =>
    mlpClassifier({ hidden: [0], epochs: -1, activation: "rely" } as never),
  ).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: mlpClassifier: key is required. activation must be one of "relu", "gelu", "gelu-tanh", "silu", "tanh", "sigmoid", "identity", got "rely". epochs must be 0 or more, got -1. hidden must be a list of sizes, such as [64, 32].]`,
  );
  expect(() =>
    mlpRegressor({ hidden: [2], key: key(0), earlyStopping: { fraction: 1, patience: 0 } }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: mlpRegressor: earlyStopping: fraction must be above 0 and at most 0.9, got 1. patience must be at least 1, got 0.]`,
  );
});
