// Every name of --model: trained, measured again from its file, and explained.
import { describe, expect, it } from "vitest";
import { MODEL_NAMES, MODELS } from "../src/train/models.ts";
import { useCli } from "./cli.ts";

const cli = useCli();

interface Metrics {
  readonly model: { readonly l1?: number; readonly l2?: number };
  readonly metrics: { readonly training: { readonly metrics: Readonly<Record<string, number>> } };
}

const columns = ["--standardize", "--cv", "0", "--quiet"];
const commandOf = (name: string, task: string): string[] =>
  task === "classification"
    ? ["train", "data/breast-cancer.csv", "--target", "diagnosis", "--model", name, ...columns]
    : ["train", "data/diabetes.csv", "--target", "progression", "--model", name, ...columns];
const metricsOf = (run: string): Metrics => JSON.parse(cli.read(`${run}/metrics.json`)) as Metrics;

const names = MODEL_NAMES.filter((name) => name !== "mlp");

describe.each(names.map((name) => [name, MODELS[name].task] as const))("--model %s", (name, task) => {
  it(`learns, and its file gives the same ${task}`, async () => {
    const penalty = name === "logistic" ? ["--l2", "0.01"] : [];
    const { code, stderr } = await cli.run([...commandOf(name, task), ...penalty, "--out", `runs/${name}`]);
    expect(code, stderr).toBe(0);
    const { training } = metricsOf(`runs/${name}`).metrics;
    const table = task === "classification" ? "breast-cancer" : "diabetes";
    const measured = await cli.run(["evaluate", `runs/${name}`, `data/${table}.csv`, "--json"]);
    const { metrics } = JSON.parse(measured.stdout) as { metrics: Record<string, number> };
    const first = task === "classification" ? "accuracy" : "r2";
    expect(metrics[first]).toBeCloseTo(training.metrics[first]!, 12);
    // support vector regression with a price for y of size 1 hardly moves on y of size 100
    expect(training.metrics[first]).toBeGreaterThan(name === "svr" ? 0.1 : task === "classification" ? 0.97 : 0.48);
    expect(cli.read(`runs/${name}/report.html`)).toContain(MODELS[name].title.slice(1));
  }, 30_000);
});

describe("penalties", () => {
  it("lasso chooses a strength that leaves columns out", async () => {
    const { l1, l2 } = metricsOf("runs/lasso").model;
    expect(l1).toBeGreaterThan(0.1);
    expect(l2).toBeUndefined();
    const { report } = JSON.parse(cli.read("runs/lasso/report.json")) as {
      report: {
        model: { coefficients: [string, number[]][] };
        selection: { strengths: { chosen: number; penalty: string; tried: { strength: number }[] } };
      };
    };
    expect(report.model.coefficients[0]![1].filter((w) => w === 0).length).toBeGreaterThan(0);
    const { strengths } = report.selection;
    expect(strengths).toMatchObject({ chosen: l1, penalty: "l1" });
    expect(strengths.tried).toHaveLength(25);
  });

  it("elastic-net shares its strength out", () => {
    const { l1, l2 } = metricsOf("runs/elastic-net").model;
    expect(l1).toBeGreaterThan(0);
    expect(l1).toBe(l2);
  });

  it("--l1 is that of lasso, for linear and logistic too", async () => {
    const given = ["--l1", "2", "--out"];
    await cli.run([...commandOf("linear", "regression"), ...given, "runs/l1"]);
    await cli.run([...commandOf("lasso", "regression"), ...given, "runs/l2"]);
    expect(cli.read("runs/l1/weights.safetensors")).toBe(cli.read("runs/l2/weights.safetensors"));
    const { code } = await cli.run([...commandOf("logistic", "classification"), "--l1", "0.05", "--out", "runs/l3"]);
    expect(code).toBe(0);
    const { report } = JSON.parse(cli.read("runs/l3/report.json")) as {
      report: { model: { coefficients: [string, number[]][] } };
    };
    expect(report.model.coefficients[0]![1].filter((w) => w === 0).length).toBeGreaterThan(10);
  });

  it.each([
    ["ridge", "--l1", "1", "--l1 is no option of --model ridge"],
    ["svr", "--l2", "1", "--l2 is no option of --model svr"],
    ["linear", "--C", "1", "--C is no option of --model linear"],
    ["svr", "--C", "-1", '--C must be a number above 0, got "-1"'],
    ["svr", "--kernel", "rfb", 'did you mean "rbf"'],
  ])("--model %s %s %s", async (name, flag, value, message) => {
    const { code, stderr } = await cli.run([...commandOf(name, "regression"), flag, value, "--out", "runs/bad"]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
