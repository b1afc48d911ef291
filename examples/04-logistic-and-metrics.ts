// Logistic regression and metrics. Labels keep their type.
import { moons } from "steepest/data";
import { bestThreshold, confusion, rocAuc, rocCurve } from "steepest/metrics";
import { logisticRegression } from "steepest/models";
import { key } from "steepest/random";

const { X, y } = moons({ samples: 300, noise: 0.2, key: key(42) });
const labels = y.map((v) => (v === 1 ? "spam" : "ham"));
const model = logisticRegression({ l2: 1e-2 }).fit(X, labels);
const predicted: ("spam" | "ham")[] = model.predict(X);

const { precision, recall, f1, tp, fp } = confusion(labels, predicted, { positive: "spam" });
const scores = model.predictProba(X).at(":", 1); // classes are ["ham", "spam"]
console.log(precision > 0.8, recall > 0.8, f1 > 0.8, tp + fp === predicted.filter((p) => p === "spam").length); // true true true true
console.log(rocAuc(labels, scores, { positive: "spam" }) > 0.9); // true
console.log(bestThreshold(labels, scores, "f1", { positive: "spam" }).value >= f1); // true
console.log(rocCurve(y, scores).thresholds[0]); // Infinity

// @ts-expect-error: an unfitted model has no predict; the type says so, not a run-time check.
export const unfitted = () => logisticRegression().predict(X);
