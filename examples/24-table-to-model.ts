// From rows to a model that can be saved: profile, encode inside of the model, split, fit, judge, save, load.
import { DataError } from "steepest";
import { profile, tableFromRows } from "steepest/data";
import { loadTableModel, saveModel } from "steepest/io";
import { rocAuc } from "steepest/metrics";
import { logisticRegression, tableModel } from "steepest/models";
import { key, uniform } from "steepest/random";
import { trainTestSplit } from "steepest/select";

// Customers who leave: young ones on the basic plan, mostly.
const draws = uniform(key(3), [400, 3]).toNested() as number[][];
const rows = draws.map(([a, b, c]) => {
  const age = Math.round(20 + 50 * a!);
  const plan = b! < 0.5 ? "basic" : "plus";
  const leaves = c! < 1 / (1 + Math.exp((age - 40) / 5 + (plan === "plus" ? 2 : 0)));
  return { age, plan, churned: leaves ? "yes" : "no" };
});
const table = tableFromRows(rows);
console.log(profile(table, { target: "churned" }).map((column) => `${column.name}: ${column.type}`)); // ["age: number", "plan: category", "churned: category"]

const learner = tableModel({
  encode: { target: "churned", standardize: true },
  estimator: logisticRegression({ l2: 0.01 }),
});
const labels = rows.map((row) => row.churned);
const { train, test } = trainTestSplit(table, labels, { testFraction: 0.25, key: key(0), stratify: true });
try {
  const model = learner.fit(train.X, { strict: true });
  const { description, weights } = saveModel(model);
  const restored = loadTableModel(JSON.stringify(description), weights);
  const scores = model.predictProba(test.X).at(":", 1);
  console.log(rocAuc(test.y, scores, { positive: "yes" }) > 0.8); // true
  console.log(String(restored.predict(test.X)) === String(model.predict(test.X))); // true
} catch (error) {
  if (error instanceof DataError) console.error(error.code, error.column, error.row, error.message);
  else throw error;
}
