import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../src/compare/comparison.ts";
import { useCli } from "./cli.ts";

const cli = useCli();
const compare = async (...words: string[]): Promise<Comparison> => {
  const { code, stdout, stderr } = await cli.run(["compare-optimizers", ...words, "--json", "--quiet"]);
  expect(code, stderr + stdout).toBe(0);
  return JSON.parse(stdout) as Comparison;
};

describe("steepest compare-optimizers", () => {
  it("ends on the quadratic where closed forms end", async () => {
    const { runs, problem } = await compare(
      "quadratic",
      "--learning-rate",
      "0.05",
      "--steps",
      "80",
      "--optimizers",
      "sgd,momentum,adam",
    );
    expect(problem).toMatchObject({ formula: "½x² + 10y²", start: [8, 3] });
    expect(runs.map(({ optimizer }) => optimizer)).toEqual(["momentum", "sgd", "adam"]);
    const of = (name: string) => runs.find(({ optimizer }) => optimizer === name)!;
    // rate 0.05, curvatures 1 and 20: x shrinks by 0.95 per step, y is 0 after the first
    expect(of("sgd").last).toBeCloseTo(0.5 * (8 * 0.95 ** 80) ** 2, 14);
    expect(of("sgd").values[1]).toBeCloseTo(0.5 * 7.6 ** 2, 12);
    // PyTorch 2.x, 80 steps: packages/plot/test/golden/seed-values.json
    expect(of("adam").last).toBeCloseTo(10.0263203714356, 9);
    expect(of("momentum").last).toBeCloseTo(0.003010932, 6);
    expect(of("adam").path?.at(-1)?.[0]).toBeCloseTo(4.36551565246337, 9);
    expect(runs.map(({ bytesPerParameter }) => bytesPerParameter)).toEqual([8, 0, 16]);
    expect(of("adam").reached).toBeNull();
  });

  it("takes the best of many rates, and a run that bursts is never the best", async () => {
    const { runs } = await compare("rosenbrock", "--optimizers", "sgd", "--steps", "50");
    const [{ tried, learningRate, last, values }] = runs as [Comparison["runs"][0]];
    expect(values).toHaveLength(51);
    expect(tried.map((one) => one.learningRate)).toContain(0.0005);
    expect(tried.at(-1)).toEqual({ learningRate: 1, last: null });
    const lasts = tried.flatMap((one) => (one.last === null ? [] : [one.last]));
    expect(last).toBe(Math.min(...lasts));
    expect(tried.find((one) => one.learningRate === learningRate)?.last).toBe(last);
  });

  it("draws and keeps everything where it is told, once", async () => {
    const words = [
      "compare-optimizers",
      "beale",
      "--optimizers",
      "momentum,adam",
      "--rates",
      "0.01,0.1",
      "--out",
      "c/beale",
    ];
    const { code, stdout, stderr } = await cli.run(words);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^optimizer +rate +value +near after +bytes\n/);
    expect(stdout).toMatch(/\nmomentum +0\.01 +\d/);
    expect(readdirSync(cli.path("c/beale")).sort()).toEqual([
      "comparison.json",
      "losses.svg",
      "paths.svg",
      "values.csv",
    ]);
    expect(cli.read("c/beale/values.csv").split("\n")[0]).toBe("optimizer,rate,step,value,x,y");
    expect(cli.read("c/beale/values.csv").trimEnd().split("\n")).toHaveLength(1 + 2 * 201);
    expect(cli.read("c/beale/paths.svg")).toContain("momentum, rate 0.01");
    const again = await cli.run(words);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("holds 4 files that would be overwritten");
    expect((await cli.run([...words, "--force"])).code).toBe(0);
  });

  it("trains equal networks on a table and judges them on held-out rows", async () => {
    const words = [
      "data/iris.csv",
      "--target",
      "species",
      "--hidden",
      "8",
      "--epochs",
      "30",
      "--optimizers",
      "sgd,muon,adam",
    ];
    const first = await compare(...words, "--rates", "0.02");
    expect(first.problem).toMatchObject({ kind: "table", rows: 120, network: { hidden: [8], epochs: 30 } });
    expect(new Set(first.runs.map(({ values }) => values[0])).size).toBe(1); // one start
    for (const { values, metrics } of first.runs) {
      expect(values).toHaveLength(31);
      expect(metrics?.["accuracy"]).toBeGreaterThan(0.6);
    }
    const again = await compare(...words, "--rates", "0.02", "--threads", "1");
    expect(again.runs).toEqual(first.runs);
  });

  it.each([
    [["quadratc"], 'did you mean "quadratic"?'],
    [["quadratic", "--optimizers", "adma"], 'did you mean "adam"?'],
    [["quadratic", "--optimizers", "muon"], "muon moves matrices"],
    [["quadratic", "--hidden", "8"], "--hidden is for tables"],
    [["quadratic", "--rates", "0.1,-1"], '--rates must be numbers above 0, got "-1"'],
    [["data/iris.csv", "--target", "species", "--steps", "8"], "--steps is for surfaces"],
    [["data/iris.csv", "--target", "specie"], 'did you mean "species"?'],
    [["data/iris.csv"], "--target is missing"],
  ])("%j", async (words, message) => {
    const { code, stderr } = await cli.run(["compare-optimizers", ...words]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
