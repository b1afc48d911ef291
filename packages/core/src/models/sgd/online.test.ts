// Learners of data that pass once: what batches teach, values that stay, files.
import { describe, expect, it } from "vitest";
import { linear, sgd } from "../../optim/index.ts";
import { key, normal } from "../../random/index.ts";
import { linearRegression, onlineClassifier, onlineRegression, restoreModel } from "../index.ts";

const noise = normal(key(3), [400, 3]).toNested() as number[][];
const X = noise.map((row) => row.slice(0, 2));
const y = X.map(([a, b], i) => 2 * a! - b! + 0.5 + 0.1 * noise[i]![2]!);
const optimizer = () => sgd({ learningRate: 0.05 });

function passes<M, Y>(
  learner: { partialFit(X: number[][], y: Y): typeof learner; readonly model: M | undefined },
  targets: (rows: readonly number[]) => Y,
  epochs: number,
): M {
  let now = learner;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let start = 0; start < X.length; start += 40) {
      const rows = Array.from({ length: 40 }, (_, i) => start + i);
      now = now.partialFit(
        rows.map((row) => X[row]!),
        targets(rows),
      );
    }
  }
  return now.model!;
}

describe("onlineRegression", () => {
  it("comes near the fit of all rows", () => {
    const model = passes(onlineRegression({ optimizer: optimizer() }), (rows) => rows.map((row) => y[row]!), 30);
    const exact = linearRegression().fit(X, y);
    model.coef.toArray().forEach((w, j) => {
      expect(Math.abs(w - exact.coef.toArray()[j]!)).toBeLessThan(0.02); // the noise of batches at this rate
    });
  });
  it("with batches of all rows and l1 ends at the lasso", () => {
    let learner = onlineRegression({ optimizer: sgd({ learningRate: 0.5 }), l1: 0.8, l2: 0.1 });
    for (let i = 0; i < 200; i++) learner = learner.partialFit(X, y);
    const exact = linearRegression({ l1: 0.8, l2: 0.1, tolerance: 1e-13 }).fit(X, y).coef.toArray();
    learner.model!.coef.toArray().forEach((w, j) => {
      expect(w).toBeCloseTo(exact[j]!, 9);
    });
  });
  it("leaves the former value usable, and is restored from its state", () => {
    const first = onlineRegression({ optimizer: optimizer() });
    const second = first.partialFit(X, y);
    const before = JSON.stringify(second.model);
    second.partialFit(X, y);
    expect(first.model).toBeUndefined();
    expect(JSON.stringify(second.model)).toBe(before);
    expect(JSON.stringify(restoreModel(second.model!.state()))).toBe(before);
  });
  it("of counts gives rates; quantiles lie where they should", () => {
    const counts = passes(
      onlineRegression({ loss: "poisson", optimizer: optimizer() }),
      (rows) => rows.map((row) => Math.round(Math.exp(X[row]![0]! / 2))),
      20,
    );
    expect(counts.predict([[1, 0]]).item()).toBeGreaterThan(counts.predict([[0, 0]]).item());
    const high = passes(
      onlineRegression({
        loss: "quantile",
        tau: 0.9,
        optimizer: sgd({ learningRate: linear({ from: 0.1, to: 1e-4, steps: 1500 }) }),
      }),
      (rows) => rows.map((row) => y[row]!),
      150,
    );
    const below =
      high
        .predict(X)
        .toArray()
        .filter((v, i) => v >= y[i]!).length / y.length;
    expect(Math.abs(below - 0.9)).toBeLessThan(0.06);
  });
  it("says when a batch does not fit", () => {
    const learner = onlineRegression({ optimizer: optimizer() }).partialFit(X, y);
    expect(() => learner.partialFit([[1, 2, 3]], [1])).toThrow("this batch has 3 columns, the ones before had 2");
    expect(() => onlineRegression({} as never)).toThrow("optimizer is required");
  });
});

describe("onlineClassifier", () => {
  const labels = X.map(([a, b]) => (a! + b! > 0 ? "up" : "down"));
  const three = X.map(([a, b]) => (a! > 0.5 ? "c" : b! > 0 ? "b" : "a"));
  for (const loss of ["log", "hinge"] as const) {
    it(`of two and three classes by ${loss}`, () => {
      const two = passes(
        onlineClassifier({ classes: ["up", "down"], loss, optimizer: sgd({ learningRate: 0.5 }) }),
        (rows) => rows.map((row) => labels[row]! as "up" | "down"),
        20,
      );
      expect(two.classes).toEqual(["down", "up"]);
      expect(two.score(X, labels as ("up" | "down")[])).toBeGreaterThan(0.97);
      const many = passes(
        onlineClassifier({ classes: ["a", "b", "c"], loss, optimizer: sgd({ learningRate: 0.5 }) }),
        (rows) => rows.map((row) => three[row]!),
        30,
      );
      expect(many.score(X, three)).toBeGreaterThan(0.85);
      expect(JSON.stringify(restoreModel(many.state()))).toBe(JSON.stringify(many));
    });
  }
  it("names a label that it does not know", () => {
    expect(() =>
      onlineClassifier({ classes: ["a", "b"], optimizer: optimizer() }).partialFit([[1]], ["z" as "a"]),
    ).toThrow("y[0] is z");
    expect(() => onlineClassifier({ classes: ["a"], optimizer: optimizer() })).toThrow("at least two labels");
  });
});
