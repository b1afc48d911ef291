import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finish, useCli } from "./cli.ts";

const cli = useCli();
const iris = ["train", "data/iris.csv", "--target", "species", "--model", "mlp"];
const small = [...iris, "--hidden", "8", "--cv", "0"];

interface Metrics {
  readonly status: { readonly word: string };
  readonly model: Readonly<Record<string, unknown>>;
  readonly training: { readonly solver: string; readonly steps: number; readonly status: string };
  readonly metrics: { readonly training: { readonly metrics: Readonly<Record<string, number>> } };
  readonly command: string;
  readonly random: unknown;
}
const metricsOf = (run: string): Metrics => JSON.parse(cli.read(`${run}/metrics.json`)) as Metrics;
const problemsOf = async (words: readonly string[]): Promise<string> => {
  const { code, stderr } = await cli.run(words);
  expect(code, stderr).toBe(2);
  return stderr;
};

describe("steepest train --model mlp", () => {
  it("learns classes, says how long it trained, and keeps all settings", async () => {
    const { code, stderr } = await cli.run([...small, "--epochs", "60", "--out", "runs/iris"]);
    expect(stderr).toMatch(/✔ Train network \(adam\): all epochs done after 300 steps, training accuracy 0\.\d+/);
    expect(code).toBe(0);
    const { status, model, training, random } = metricsOf("runs/iris");
    expect(status.word).toBe("finished");
    expect(training).toMatchObject({ solver: "adam", steps: 300, status: "finished" });
    expect(model).toMatchObject({
      name: "mlp",
      hidden: [8],
      optimizer: { name: "adam", learningRate: 1e-3 },
      schedule: { name: "constant", warmup: 0 },
      epochs: 60,
      batchSize: 32,
      standardize: true,
    });
    expect(random).toEqual({ network: { key: 'fold(key(0), "network")' } });
    const report = cli.read("runs/iris/report.html");
    for (const text of ["Loss curve", "4 → 8 → 3", "67", "learning rate", "Kingma"]) expect(report).toContain(text);
    expect(existsSync(cli.path("runs/iris/checkpoint.safetensors"))).toBe(false);
  });

  it("is measured and used like any model, with equal numbers", async () => {
    const { stdout } = await cli.run(["evaluate", "runs/iris", "data/iris.csv", "--json"]);
    const { metrics } = JSON.parse(stdout) as { metrics: Record<string, number> };
    expect(metrics["accuracy"]).toBe(metricsOf("runs/iris").metrics.training.metrics["accuracy"]);
    const scored = await cli.run(["predict", "runs/iris", "data/iris.csv", "--proba"]);
    expect(scored.code).toBe(0);
    expect(scored.stdout.split("\n")[1]).toMatch(/^1,setosa,0\.\d+,0\.\d+/);
  });

  it("learns numbers of any size", async () => {
    const words = ["train", "data/diabetes.csv", "--target", "progression", "--model", "mlp", "--epochs", "30"];
    const { code, stderr } = await cli.run([...words, "--hidden", "16", "--optimizer", "muon", "--cv", "3"]);
    expect(stderr).toMatch(/Cross-validate 3 shuffled folds: RMSE 5\d\.\d/);
    expect(stderr).toContain("Train network (muon): all epochs done after 420 steps");
    expect(code).toBe(0);
  });

  it.each([
    ["momentum", "0.1", "--momentum", "0.8"],
    ["nesterov", "0.1", "--weight-decay", "0.001"],
    ["adamw", "0.02", "--preset", "keras"],
    ["lion", "0.005", "--schedule", "linear"],
    ["schedule-free-adamw", "0.05", "--warmup", "0.1"],
    ["adagrad", "0.2", "--schedule", "one-cycle"],
  ])("trains with %s and rate %s, %s %s", async (optimizer, rate, flag, value) => {
    const given = ["--optimizer", optimizer, "--learning-rate", rate, flag, value];
    const { code, stderr } = await cli.run([...small, "--epochs", "40", ...given, "--out", `runs/${optimizer}`]);
    expect(code, stderr).toBe(0);
    expect(metricsOf(`runs/${optimizer}`).metrics.training.metrics["accuracy"]).toBeGreaterThan(0.8);
  });

  it("a schedule reaches its end with the last step", async () => {
    const accuracy = async (schedule: string): Promise<string> => {
      await cli.run([...small, "--epochs", "5", "--schedule", schedule, "--out", "runs/s", "--force"]);
      return cli.read("runs/s/model.json");
    };
    expect(await accuracy("cosine")).not.toBe(await accuracy("constant"));
  });

  it("stops early when a tenth of the rows says so", async () => {
    const words = [...small, "--patience", "2", "--learning-rate", "0.5", "--epochs", "400", "--out", "runs/early"];
    const { code, stderr } = await cli.run(words);
    expect(stderr).toContain("stopped early after ");
    expect(code).toBe(0);
    expect(metricsOf("runs/early").status.word).toBe("early-stopped");
  });

  it("numbers that stop being finite are not called a success", async () => {
    const words = ["--optimizer", "sgd", "--learning-rate", "1e9", "--epochs", "5", "--out", "runs/burst"];
    const { code, stderr } = await cli.run([...small, ...words]);
    expect(code).toBe(3);
    expect(stderr).toContain("Lower the learning rate with --learning-rate.");
  });

  it("class weights pull towards rare classes", async () => {
    const flags = ["--drop", "petal_length,petal_width", "--epochs", "30"];
    const light = await cli.run([...small, ...flags, "--out", "runs/light", "--json"]);
    const heavy = ["--class-weight", "virginica=20", "--out", "runs/heavy", "--json"];
    const weighted = await cli.run([...small, ...flags, ...heavy]);
    const found = ({ stdout }: { stdout: string }): number =>
      (JSON.parse(stdout) as { confusion: { counts: number[][] } }).confusion.counts.reduce((n, row) => n + row[2]!, 0);
    expect(found(weighted)).toBeGreaterThan(found(light) + 10);
  });

  it("shows its plan", async () => {
    const { stderr } = await cli.run([...small, "--schedule", "cosine", "--dry-run"]);
    expect(stderr).toContain(
      "plan  network on 4 columns, 8 relu, adam 0.001 cosine, 100 epochs of batches of 32, no cross-validation",
    );
  });
});

describe("options that do not fit", () => {
  it.each([
    [["train", "data/iris.csv", "--target", "species", "--epochs", "3"], "--epochs is an option of networks"],
    [[...iris, "--solver", "lbfgs"], "--solver lbfgs does not work for --model mlp"],
    [[...iris, "--max-steps", "3"], "--max-steps is no option of --model mlp"],
    [[...iris, "--hidden", "8,x"], '--hidden must be sizes such as 64,32, or none, got "8,x"'],
    [[...iris, "--momentum", "0.9"], "--momentum is no option of --optimizer adam"],
    [[...iris, "--optimizer", "nadam", "--preset", "keras"], "--preset keras has no options for --optimizer nadam"],
    [[...iris, "--optimizer", "adm"], 'did you mean "adam"'],
    [["train", "data/iris.csv", "--target", "species", "--resume"], "--resume goes on with the training of a network"],
    [
      [
        "train",
        "data/diabetes.csv",
        "--target",
        "bmi",
        "--model",
        "mlp",
        "--class-weight",
        "balanced",
        "--out",
        "runs/w",
      ],
      "--class-weight needs classes, but the target holds numbers",
    ],
  ])("%j", async (words, message) => {
    expect(await problemsOf(words)).toContain(message);
  });
});

describe("a training that is killed", () => {
  const words = [...small, "--epochs", "1500", "--batch-size", "10", "--dropout", "0.1", "--out"];

  it("goes on with --resume and ends with the same bits", async () => {
    await cli.run([...words, "whole/run"]);
    const child = cli.start([...words, "runs/killed"]);
    const ended = finish(child);
    await appears("runs/killed/checkpoint.safetensors");
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    expect(readdirSync(cli.path("runs/killed"))).not.toContain("model.json");

    expect(await problemsOf([...words, "runs/killed"])).toContain("holds a training that was stopped");
    const other = await problemsOf([...small, "--epochs", "1501", "--out", "runs/killed", "--resume"]);
    expect(other).toContain("belongs to a training with other rows or options");

    const { code, stderr } = await cli.run([...words, "runs/killed", "--resume"]);
    expect(code, stderr).toBe(0);
    for (const name of ["model.json", "weights.safetensors", "metrics.json", "report.json"]) {
      const resumed = cli.read(`runs/killed/${name}`).replaceAll("runs/killed", "whole/run");
      expect(resumed, name).toBe(cli.read(`whole/run/${name}`));
    }
    expect(existsSync(cli.path("runs/killed/checkpoint.safetensors"))).toBe(false);
  }, 60_000);

  it("after Ctrl-C the command that goes on is printed", async () => {
    const child = cli.start([...words, "runs/stopped"]);
    const ended = finish(child);
    await appears("runs/stopped/checkpoint.safetensors");
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted; to go on: steepest train .* --out runs\/stopped --resume\n/);
    const resumed = await cli.run([...words, "runs/stopped", "--resume"]);
    expect(resumed.code).toBe(0);
    expect(cli.read("runs/stopped/model.json")).toBe(cli.read("whole/run/model.json"));
  }, 60_000);

  async function appears(name: string): Promise<void> {
    while (!existsSync(cli.path(name))) await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
