import { beforeAll, describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();

beforeAll(async () => {
  const cancer = ["train", "data/breast-cancer.csv", "--target", "diagnosis", "--l2", "0.0017574692", "--standardize"];
  await cli.run([...cancer, "--cv", "0", "--out", "runs/bc"]);
  await cli.run(["train", "data/diabetes.csv", "--target", "progression", "--cv", "0", "--out", "runs/diabetes"]);
  await cli.run(["train", "data/iris.csv", "--target", "species", "--l2", "0.01", "--cv", "0", "--out", "runs/iris"]);
});

const trainingMetrics = (run: string): unknown =>
  (JSON.parse(cli.read(`${run}/metrics.json`)) as { metrics: { training: { metrics: unknown } } }).metrics.training
    .metrics;

describe("steepest evaluate", () => {
  it("gives on the training rows the metrics that training wrote, bit for bit", async () => {
    for (const [run, data] of [
      ["runs/bc", "data/breast-cancer.csv"],
      ["runs/diabetes", "data/diabetes.csv"],
      ["runs/iris", "data/iris.csv"],
    ] as const) {
      const { stdout, code } = await cli.run(["evaluate", run, data, "--json"]);
      expect((JSON.parse(stdout) as { metrics: unknown }).metrics).toEqual(trainingMetrics(run));
      expect(code).toBe(0);
    }
  });

  it("counts agree with scikit-learn at the default threshold", async () => {
    const { stdout } = await cli.run(["evaluate", "runs/bc", "data/breast-cancer.csv"]);
    // scikit-learn 1.2.1, LogisticRegression(C = 1) on standardized columns: 562 of 569 right
    expect(stdout).toMatch(/^569 rows {3}ROC AUC 0\.99\d {3}accuracy 0\.988 /);
    expect(stdout).toMatch(
      /tn 355 fp 2 \/ fn 5 tp 207 {3}threshold 0\.5 \(best F1 at 0\.\d+\) {3}positive: malignant\n$/,
    );
  });

  it("a lower threshold finds more positives", async () => {
    const recall = async (threshold: string): Promise<number> => {
      const { stdout } = await cli.run([
        "evaluate",
        "runs/bc",
        "data/breast-cancer.csv",
        "--json",
        "--threshold",
        threshold,
      ]);
      return (JSON.parse(stdout) as { metrics: { recall: number } }).metrics.recall;
    };
    expect(await recall("0.05")).toBeGreaterThan(await recall("0.95"));
  });

  it("gates decide the exit code", async () => {
    const passed = await cli.run(["evaluate", "runs/bc", "data/breast-cancer.csv", "--min", "auc=0.95,recall=0.9"]);
    expect(passed.stdout).toMatch(/gate auc ≥ 0\.95: passed \(0\.99\d+\)\ngate recall ≥ 0\.9: passed \(0\.97\d+\)\n$/);
    expect(passed.code).toBe(0);
    const failed = await cli.run(["evaluate", "runs/diabetes", "data/diabetes.csv", "--max", "rmse=10"]);
    expect(failed.stdout).toMatch(/gate rmse ≤ 10: failed \(53\.\d+\)\n$/);
    expect(failed.code).toBe(4);
  });

  it("several classes come as a table", async () => {
    const { stdout } = await cli.run(["evaluate", "runs/iris", "data/iris.csv"]);
    expect(stdout).toMatch(/actual \\ predicted +setosa +versicolor +virginica\nsetosa +50 +0 +0\n/);
  });

  it("classes that training did not have are named, with the row", async () => {
    const table = cli.file("more.csv", `${cli.read("data/iris.csv").trimEnd()}\n5,3,1,1,lily\n5,3,1,1,rose\n`);
    const { code, stderr } = await cli.run(["evaluate", "runs/iris", table]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest evaluate: the target "species" has classes that training did not have: "lily", "rose" (DataError unknown-class)
        file      more.csv, row 151
        received  "lily"              expected  "setosa", "versicolor", "virginica"
        fix       --on-bad-row skip  leaves these 2 rows out
                  train again with rows of these classes
      "
    `);
    expect(code).toBe(2);
    const skipped = await cli.run(["evaluate", "runs/iris", table, "--on-bad-row", "skip"]);
    expect(skipped.stdout).toMatch(/^150 rows /);
    expect(skipped.stderr).toBe("2 rows left out\n");
  });

  it("missing columns are named all at once, the target with its way out", async () => {
    const { code, stderr } = await cli.run([
      "evaluate",
      "runs/iris",
      cli.file("less.csv", "sepal_length,petal_length,petal_width\n1,2,3\n"),
    ]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest evaluate: 2 problems
      - there is no column "sepal_width", which training had (DataError missing-column)
        file      less.csv
        fix       did you mean "petal_width"?
                  the columns are sepal_length, petal_length, petal_width
      - there is no column "species", the target (DataError missing-column)
        file      less.csv
        fix       the columns are sepal_length, petal_length, petal_width
                  steepest predict runs/iris less.csv  needs no target
      "
    `);
    expect(code).toBe(2);
  });

  it("a metric of the other kind of model is refused, with those there are", async () => {
    const { code, stderr } = await cli.run([
      "evaluate",
      "runs/diabetes",
      "data/diabetes.csv",
      "--min",
      "auc=0.9",
      "--threshold",
      "0.4",
    ]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest evaluate: 2 problems
      - --min: there is no metric "auc" for regression (OptionError unknown-metric)
        fix       metrics are rmse, r2, mae, mse
      - --threshold is for models of two classes (OptionError not-two-classes)
        fix       leave it out
      "
    `);
    expect(code).toBe(2);
  });
});
