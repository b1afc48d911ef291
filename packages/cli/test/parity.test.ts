import { readFileSync } from "node:fs";
import { readCsvFile } from "@steepest/tables";
import { loadTableModel } from "steepest/io";
import { rocAuc } from "steepest/metrics";
import { logisticRegression, tableModel } from "steepest/models";
import { fold, key } from "steepest/random";
import { shuffleSplit, stratifiedKFold } from "steepest/select";
import { beforeAll, describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const SEED = 3;

beforeAll(async () => {
  const words = ["train", "data/breast-cancer.csv", "--target", "diagnosis", "--l2", "0.01", "--standardize"];
  await cli.run([...words, "--cv", "4", "--holdout", "0.25", "--seed", String(SEED), "--out", "runs/a"]);
});

describe("the command line and the library give the same numbers", () => {
  it("folds, held-out rows and the saved model", async () => {
    const { table } = await readCsvFile(cli.path("data/breast-cancer.csv"));
    const learner = tableModel({
      encode: { target: "diagnosis", standardize: true },
      estimator: logisticRegression({ l2: 0.01 }),
    });
    const labels = tableModel({ encode: { target: "diagnosis" }, estimator: logisticRegression({ l2: 1 }) })
      .fit(table)
      .encoder.labels(table);
    const holdout = shuffleSplit({ splits: 1, testFraction: 0.25, key: fold(key(SEED), "holdout"), stratify: true });
    const [split] = holdout.split({ samples: table.rows, labels });
    const training = table.take(split!.train);
    const trainingLabels = Array.from(split!.train, (row) => labels[row]!);
    const aucs = stratifiedKFold({ folds: 4, key: fold(key(SEED), "folds") })
      .split({ samples: training.rows, labels: trainingLabels })
      .map(({ train, test }) => {
        const model = learner.fit(training.take(train));
        const rows = training.take(test);
        return rocAuc(model.encoder.labels(rows), model.predictProba(rows).at(":", 1), { positive: "malignant" });
      });
    const model = learner.fit(training);
    const { metrics } = JSON.parse(cli.read("runs/a/metrics.json")) as {
      metrics: { folds: { auc: { perFold: number[] } }; holdout: { metrics: { accuracy: number } } };
    };
    expect(metrics.folds.auc.perFold).toEqual(aucs);
    expect(metrics.holdout.metrics.accuracy).toBe(model.score(table.take(split!.test)));
    const saved = loadTableModel(cli.read("runs/a/model.json"), readFileSync(cli.path("runs/a/weights.safetensors")));
    if (saved.task !== "classification") throw new Error("a classifier was saved");
    expect(saved.predictProba(table).toArray()).toEqual(model.predictProba(table).toArray());
    const scored = await cli.run(["predict", "runs/a", "data/breast-cancer.csv", "--proba"]);
    const printed = scored.stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(2).map(Number));
    expect(printed).toEqual(model.predictProba(table).toNested());
  });
});
