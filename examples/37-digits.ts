// Handwritten digits by a network: 97 of 100 held-out images named, as a learner and by `train`.
import { readFileSync } from "node:fs";
import { array, type NDArray } from "steepest";
import { batches } from "steepest/data";
import { crossEntropy } from "steepest/losses";
import { accuracy } from "steepest/metrics";
import { mlpClassifier } from "steepest/models";
import { type LinearParams, mlp, parameterCount, train } from "steepest/nn";
import { adam, cosine } from "steepest/optim";
import { fold, key } from "steepest/random";
import { trainTestSplit } from "steepest/select";

// 1797 images of 8 × 8 pixels from 0 to 16, data/README.md
const rows = readFileSync("data/digits.csv", "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").map(Number));
const X = array(rows.map((row) => row.slice(0, 64).map((pixel) => pixel / 16)));
const digits = rows.map((row) => row[64]!);
const { train: learned, test } = trainTestSplit(X, digits, { testFraction: 0.25, key: key(0), stratify: true });

const learner = mlpClassifier({
  hidden: [128],
  optimizer: adam({ learningRate: cosine({ base: 5e-3, steps: 30 * 22 }) }),
  epochs: 30,
  batchSize: 64,
  l2: 1e-4,
  key: key(1),
});
const model = learner.fit(learned.X, learned.y);
console.log(model.report.history.length, model.report.objective < 0.1); // 31 true
console.log(model.score(test.X, test.y) >= 0.97, model.score(learned.X, learned.y) > 0.99); // true true
const sure = model.predictProba(test.X).max(1);
console.log(sure.mean().item() > 0.9); // true

// The same network by `train`, with the best epoch of a validation metric.
const network = mlp([64, 64, 10]);
console.log(parameterCount(network.init(key(1)))); // 4810
const labels = (y: readonly number[]) => array([...y], { dtype: "i32" });
type Data = { X: NDArray; y: NDArray<"int"> };
const data: Data = { X: learned.X, y: labels(learned.y) };
const held: Data = { X: test.X, y: labels(test.y) };
const loss = (p: LinearParams[], { X, y }: Data) => crossEntropy(network.apply(p, X), y);
const result = train({
  params: network.init(key(1)),
  loss,
  optimizer: adam({ learningRate: 5e-3 }),
  batches: (epoch) => batches(data, { size: 64, key: fold(key(2), epoch) }),
  epochs: 8,
  key: key(3),
  validation: { batches: () => batches(held, { size: 450 }), metric: loss, patience: 4 },
});
const named = network.apply(result.params, test.X).argmax(1).toArray();
console.log(result.status, accuracy(test.y, named) > 0.94); // finished true
