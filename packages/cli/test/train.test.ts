import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const breastCancer = [
  "train",
  "data/breast-cancer.csv",
  "--target",
  "diagnosis",
  "--l2",
  "0.0017574692",
  "--standardize",
];

interface Metrics {
  readonly status: { readonly word: string };
  readonly training: { readonly objective: number; readonly solver: string };
  readonly metrics: {
    readonly folds: Readonly<
      Record<string, { readonly mean: number; readonly std: number; readonly perFold: readonly number[] }>
    >;
    readonly holdout: { readonly rows: number; readonly metrics: Readonly<Record<string, number>> };
    readonly training: { readonly rows: number; readonly metrics: Readonly<Record<string, number>> };
  };
  readonly random: unknown;
  readonly command: string;
}
const metricsOf = (run: string): Metrics => JSON.parse(cli.read(`${run}/metrics.json`)) as Metrics;

describe("steepest train", () => {
  it("reaches scikit-learn's optimum on the breast-cancer table", async () => {
    const { code, stdout, stderr } = await cli.run([
      ...breastCancer,
      "--model",
      "logistic",
      "--cv",
      "5",
      "--out",
      "runs/bc",
    ]);
    expect(stderr).toContain(
      '✔ Load data/breast-cancer.csv: 569 rows × 30 numeric columns, target "diagnosis" (357 benign, 212 malignant)\n',
    );
    expect(stderr).toContain(
      '✔ Check: no leakage suspected, no constant column, 21 column pairs with |r| > 0.9 (report, "data")\n',
    );
    expect(stderr).toMatch(
      /✔ Cross-validate 5 stratified folds: ROC AUC 0\.99\d ± 0\.0\d\d {3}accuracy 0\.9\d\d ± 0\.0\d\d\n/,
    );
    expect(stderr).toMatch(
      /✔ Train logistic regression \(\w+\): converged in \d+ steps, training accuracy 0\.9877, objective 0\.06636\n/,
    );
    expect(stdout).toBe("open  runs/bc/report.html\n");
    expect(code).toBe(0);
    const { training, metrics } = metricsOf("runs/bc");
    // scikit-learn 1.2.1, LogisticRegression(C = 1) on standardized columns: objective/n, and 562 of 569 rows right
    expect(training.objective).toBeCloseTo(0.06635, 4);
    expect(metrics.training.metrics["accuracy"]).toBeCloseTo(562 / 569, 12);
  });

  it("ends by naming the report and what to try next", async () => {
    const { stderr } = await cli.run([
      "train",
      "data/iris.csv",
      "--target",
      "species",
      "--l2",
      "0.01",
      "--out",
      "runs/next",
    ]);
    expect(stderr.trim().split("\n").at(-1)).toBe(
      "next  steepest predict runs/next data/iris.csv > scored.csv     steepest evaluate runs/next new.csv     steepest train yours.csv --target y",
    );
  });

  it("writes the six files of a run and nothing else", () => {
    expect(readdirSync(cli.path("runs/bc")).sort()).toEqual([
      "events.jsonl",
      "metrics.json",
      "model.json",
      "report.html",
      "report.json",
      "weights.safetensors",
    ]);
  });

  it("equal commands give equal bytes, but for the times in events.jsonl", async () => {
    const words = [...breastCancer, "--cv", "3", "--holdout", "0.2", "--out", "runs/equal"];
    await cli.run(words);
    const files = ["model.json", "weights.safetensors", "metrics.json", "report.json", "report.html"];
    const first = files.map((name) => cli.read(`runs/equal/${name}`));
    await cli.run([...words, "--force"]);
    const again = await cli.run([...words, "--force"]);
    expect(again.code).toBe(0);
    expect(files.map((name) => cli.read(`runs/equal/${name}`).replaceAll(" --force", ""))).toEqual(first);
  });

  it("metrics.json holds folds, hold-out rows, keys and the command, and no time", () => {
    const { metrics, random, command } = metricsOf("runs/equal");
    expect(metrics.folds["auc"]?.perFold).toHaveLength(3);
    expect(metrics.holdout.rows).toBe(114); // ⌈0.2 · 569⌉
    expect(metrics.training.rows).toBe(455);
    expect(random).toEqual({
      folds: { count: 3, kind: "stratified", key: 'fold(key(0), "folds")' },
      holdout: { share: 0.2, kind: "stratified", key: 'fold(key(0), "holdout")' },
    });
    expect(command).toBe(
      "steepest train data/breast-cancer.csv --target diagnosis --l2 0.0017574692 --standardize --cv 3 --holdout 0.2 --out runs/equal --force",
    );
    expect(cli.read("runs/equal/metrics.json")).not.toMatch(/20\d\d-\d\d-\d\d|seconds/);
  });

  it("another seed draws other folds", async () => {
    await cli.run([...breastCancer, "--cv", "3", "--holdout", "0.2", "--out", "runs/seed", "--seed", "1"]);
    expect(metricsOf("runs/seed").metrics.folds["auc"]?.perFold).not.toEqual(
      metricsOf("runs/equal").metrics.folds["auc"]?.perFold,
    );
  });

  it("numbers are predicted as numbers, and ridge chooses its strength", async () => {
    const { code, stderr } = await cli.run([
      ...["train", "data/diabetes.csv", "--target", "progression", "--model", "ridge"],
      ...["--holdout", "0.25", "--cv", "3", "--max", "rmse=60", "--out", "runs/ridge"],
    ]);
    expect(stderr).toContain('442 rows × 10 numeric columns, target "progression" (25 to 346)');
    expect(stderr).toMatch(/Cross-validate 3 shuffled folds: RMSE \d\d\.\d ± \d\.\d/);
    expect(code).toBe(0);
    const { model } = JSON.parse(cli.read("runs/ridge/metrics.json")) as { model: { l2: number } };
    expect(model.l2).toBeGreaterThan(0);
  });

  it("whole numbers are classes for --model logistic", async () => {
    const words = [
      "train",
      "data/wine.csv",
      "--target",
      "cultivar",
      "--model",
      "logistic",
      "--l2",
      "0.01",
      "--standardize",
    ];
    const { stderr, code } = await cli.run([...words, "--out", "runs/wine"]);
    expect(stderr).toContain('target "cultivar" (0: 59, 1: 71, 2: 48)');
    expect(code).toBe(0);
  });

  it("few whole numbers are predicted as numbers unless told otherwise, with a hint", async () => {
    const { stderr } = await cli.run(["train", "data/wine.csv", "--target", "cultivar", "--cv", "0", "--dry-run"]);
    expect(stderr).toContain(
      '! the target "cultivar" has few different whole numbers: if they are classes, add --model logistic\n',
    );
    expect(stderr).toContain("plan  linear regression on 13 columns");
  });

  it("a run that does not converge is written and ends with code 3", async () => {
    const { code, stderr } = await cli.run([
      ...breastCancer,
      "--solver",
      "lbfgs",
      "--max-steps",
      "2",
      "--cv",
      "0",
      "--out",
      "runs/short",
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain("not converged after 2 steps");
    expect(stderr).toContain("Raise --max-steps");
    expect(metricsOf("runs/short").status.word).toBe("max-steps");
    expect(readdirSync(cli.path("runs/short"))).toContain("model.json");
  });

  it("separable classes without a penalty have no optimum: code 3, and the way out", async () => {
    const table = cli.file("separable.csv", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n6,b\n");
    const { code, stderr } = await cli.run(["train", table, "--target", "y"]);
    expect(code).toBe(3);
    expect(stderr).toContain("--l2");
  });

  it("a gate that fails ends with code 4, and the run is written", async () => {
    const { code, stdout } = await cli.run([
      ...breastCancer,
      "--cv",
      "3",
      "--min",
      "auc=0.9",
      "--min",
      "accuracy=0.9999",
      "--out",
      "runs/gate",
    ]);
    expect(code).toBe(4);
    expect(stdout).toMatch(/gate auc ≥ 0\.9: passed \(0\.99\d+\)\ngate accuracy ≥ 0\.9999: failed \(0\.9\d+\)\n/);
    expect(readdirSync(cli.path("runs/gate"))).toContain("model.json");
  });

  it("--json prints the content of metrics.json and nothing else", async () => {
    const { stdout, stderr } = await cli.run([...breastCancer, "--cv", "2", "--json", "--quiet", "--out", "runs/json"]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(cli.read("runs/json/metrics.json")));
    expect(stderr).toBe("");
  });

  it("--events prints JSON lines on standard error", async () => {
    const { stderr } = await cli.run([...breastCancer, "--cv", "2", "--events", "--out", "runs/events"]);
    const events = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string; step: string });
    expect(events.filter(({ kind }) => kind === "done").map(({ step }) => step)).toEqual([
      "load",
      "check",
      "cross-validate",
      "train",
      "write",
    ]);
    expect(events.filter(({ kind }) => kind === "progress")).toHaveLength(2);
    expect(cli.read("runs/events/events.jsonl")).toBe(stderr);
  });

  it("--dry-run checks everything, shows the plan and writes nothing", async () => {
    const { code, stderr } = await cli.run([...breastCancer, "--cv", "5", "--dry-run", "--out", "runs/dry"]);
    expect(code).toBe(0);
    expect(stderr).toContain("plan  logistic regression on 30 columns, 5 folds, no hold-out rows, into runs/dry\n");
    expect(readdirSync(cli.path("runs"))).not.toContain("dry");
  });

  it("a table may come from standard input", async () => {
    const { code, stderr } = await cli.run(
      ["train", "-", "--target", "species", "--l2", "0.1", "--out", "runs/stdin"],
      {
        input: cli.read("data/iris.csv"),
      },
    );
    expect(stderr).toContain("150 rows × 4 numeric columns");
    expect(code).toBe(0);
  });

  it("colors and control codes stay out of pipes", async () => {
    const { stdout, stderr } = await cli.run([...breastCancer, "--cv", "2", "--out", "runs/plain"]);
    expect(stdout + stderr).not.toContain("\u001b");
  });
});
