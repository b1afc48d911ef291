// Cross-validation with several scores, and learning curves. Scaling is fitted inside of each fold.
import { moons } from "steepest/data";
import { confusion, rocAuc } from "steepest/metrics";
import { logisticRegression, pipeline, standardize } from "steepest/models";
import { key } from "steepest/random";
import { crossValidate, learningCurve, stratifiedKFold } from "steepest/select";

const data = moons({ samples: 200, noise: 0.25, key: key(1) });
const X = data.X;
const y = data.y.map((v) => (v === 1 ? "yes" : "no"));

const estimator = pipeline([standardize()], logisticRegression({ l2: 0.1 }));
const result = crossValidate(X, y, {
  folds: stratifiedKFold({ folds: 5, key: key(0) }),
  fit: (trainX, trainY) => estimator.fit(trainX, trainY),
  scores: {
    f1: ({ actual, predicted }) => confusion(actual, predicted, { positive: "yes" }).f1,
    auc: ({ model, X, actual }) => rocAuc(actual, model.predictProba(X).at(":", 1), { positive: "yes" }),
  },
});
console.log(result.scores.f1.perFold.length, result.outOfFold.length); // 5 200
console.log(result.scores.auc.mean > 0.85, result.scores.auc.std < 0.1); // true true

const curve = learningCurve(X, y, {
  sizes: [20, 60, 120],
  folds: 5,
  fit: (trainX, trainY) => estimator.fit(trainX, trainY),
  score: ({ actual, predicted }) => confusion(actual, predicted).accuracy,
});
console.log(curve.map((point) => point.x)); // [20, 60, 120]
