import { describe, expect, it } from "vitest";
import { loadModel, saveModel } from "../io/index.ts";
import {
  type FittedLogistic,
  impute,
  linearRegression,
  logisticRegression,
  pipeline,
  polynomialFeatures,
  restoreModel,
  standardize,
} from "./index.ts";

const X = [
  [1, 100],
  [2, NaN],
  [4, 300],
  [3, 500],
  [6, 200],
  [5, 400],
];
const labels: ("no" | "yes")[] = ["no", "no", "yes", "no", "yes", "yes"];

describe("pipeline", () => {
  const learner = pipeline([impute(), standardize()], logisticRegression({ l2: 0.1 }));
  const model: FittedLogistic<"no" | "yes"> = learner.fit(X, labels); // the type of the estimator is kept

  it("is its parts, one after the other", () => {
    const filler = impute().fit(X);
    const scaler = standardize().fit(filler.transform(X));
    const estimator = logisticRegression({ l2: 0.1 }).fit(scaler.transform(filler.transform(X)), labels);
    expect(model.coef.toArray()).toEqual(estimator.coef.toArray());
    expect(model.predictProba(X).toArray()).toEqual(
      estimator.predictProba(scaler.transform(filler.transform(X))).toArray(),
    );
    expect(model.decisionFunction([[2, NaN]]).toArray()).toEqual(
      estimator.decisionFunction(scaler.transform(filler.transform([[2, NaN]]))).toArray(),
    );
    expect(model.score(X, labels)).toBe(estimator.score(scaler.transform(filler.transform(X)), labels));
  });
  it("names the columns of its transforms in messages", () => {
    const learner = pipeline([impute(), polynomialFeatures({ degree: 2 })], logisticRegression());
    const { report } = learner.fit([[1], [2], [4]], ["no", "no", "yes"], { featureNames: ["age"] });
    expect(report.message).toMatch(/largest standardized coefficient: "age(\^2)?"/);
  });
  it("fits its transforms anew in each fit: rows held out say nothing", () => {
    const far = [...X, [1e6, -1e6]];
    const again = learner.fit(far, [...labels, "yes"]);
    expect(again.coef.toArray()).not.toEqual(model.coef.toArray());
    expect(learner.fit(X, labels).coef.toArray()).toEqual(model.coef.toArray());
  });
  it("hands sample weights to its transforms", () => {
    const order = [0, 1, 1, 2, 3, 4, 4, 4, 5];
    const sampleWeight = [1, 2, 1, 1, 3, 1];
    const weighted = pipeline([impute(), standardize()], linearRegression({ l2: 0.5 })).fit(X, [1, 2, 3, 4, 5, 6], {
      sampleWeight,
    });
    const repeated = pipeline([impute(), standardize()], linearRegression({ l2: 0.5 })).fit(
      order.map((i) => X[i]!),
      order.map((i) => i + 1),
    );
    for (const [j, w] of weighted.coef.toArray().entries()) expect(w).toBeCloseTo(repeated.coef.toArray()[j]!, 12);
  });
  it("counts its features before the transforms, and says their number at predict", () => {
    const wide = pipeline([impute({ indicator: true })], linearRegression({ l2: 1 })).fit(X, [1, 2, 3, 4, 5, 6]);
    expect(wide.features).toBe(2);
    expect(wide.coef.shape).toEqual([3]);
    expect(() => wide.predict([[1]])).toThrow("X has 1 columns, but the model was fitted on 2");
  });
  it("may have no transforms, and pipelines inside", () => {
    const nested = pipeline([impute()], pipeline([standardize()], pipeline([], logisticRegression({ l2: 0.1 })))).fit(
      X,
      labels,
    );
    expect(nested.predictProba(X).toArray()).toEqual(model.predictProba(X).toArray());
    const { description, weights } = saveModel(nested);
    const back = loadModel(description, weights) as typeof nested;
    expect(back.predictProba(X).toArray()).toEqual(model.predictProba(X).toArray());
  });
  it("refuses parts that do not belong together when it is restored", () => {
    const state = model.state();
    const other = standardize()
      .fit([[1], [2]])
      .state();
    expect(() =>
      restoreModel({ ...state, parts: { ...state.parts, transform1: other } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadModel: "parts.transform0" is "2 columns", expected 1 columns for the next part. The description was changed or cut: save the model again.]`,
    );
    expect(() => restoreModel({ ...state, parts: { ...state.parts, transform0: state.parts["estimator"]! } })).toThrow(
      "expected a transform",
    );
    expect(() => restoreModel({ ...state, parts: { ...state.parts, estimator: other } })).toThrow("expected a learner");
    expect(() => restoreModel({ ...state, fields: { transforms: 1 } })).toThrow("parts.transform1");
  });
  it("names what is no transform", () => {
    expect(() => pipeline([standardize] as never, linearRegression())).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: pipeline: transforms[0] is no transform. Write pipeline([standardize()], logisticRegression()), each with its parentheses.]`,
    );
    expect(() => pipeline([], linearRegression as never)).toThrow("the second argument is no estimator");
  });
});
