import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const config = (name: string, content: unknown): string => cli.file(name, JSON.stringify(content));

describe("--config", () => {
  it("gives options; those that are typed come first; the run keeps a command that needs no file", async () => {
    const file = config("steepest.json", {
      train: {
        target: "diagnosis",
        l2: 0.5,
        standardize: true,
        cv: 0,
        drop: ["mean_area", "mean_radius"],
        classWeight: { benign: 1, malignant: 2 },
        min: { auc: 0.9 },
      },
      predict: { proba: true },
    });
    const { code, stdout } = await cli.run([
      "train",
      "data/breast-cancer.csv",
      "--config",
      file,
      "--l2",
      "0.25",
      "--out",
      "runs/c",
    ]);
    expect(stdout).toContain("gate auc ≥ 0.9: passed");
    expect(code).toBe(0);
    const { model, command } = JSON.parse(cli.read("runs/c/metrics.json"));
    expect(model).toMatchObject({ l2: 0.25, standardize: true, classWeight: { benign: 1, malignant: 2 } });
    expect(model.features).toHaveLength(28);
    expect(command).not.toContain("--config");
    const again = await cli.shell(`${command.replace("runs/c", "runs/again")} --quiet`);
    expect(again.code).toBe(0);
    expect(cli.read("runs/again/weights.safetensors")).toBe(cli.read("runs/c/weights.safetensors"));
    const scores = await cli.run(["predict", "runs/c", "data/breast-cancer.csv", `--config=${file}`]);
    expect(scores.stdout).toMatch(/^row,prediction,p_benign,p_malignant\n/);
  });

  it("says all that is wrong in a file at once", async () => {
    const file = config("wrong.json", {
      train: { taget: "y", standardize: "yes", l2: [1], seed: { a: {} }, config: "x" },
    });
    const { code, stderr } = await cli.run(["train", "data/iris.csv", "--config", file, "--target", "species"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest train: 5 problems
      - train has no option "taget" (OptionError unknown-option)
        file      wrong.json
        fix       did you mean "target"?
      - --standardize cannot be "yes" (OptionError invalid-option)
        file      wrong.json
        fix       --standardize: scale numeric columns to mean 0 and deviation 1, from training rows only
      - --l2 cannot be [1] (OptionError invalid-option)
        file      wrong.json
        fix       --l2 <strength>: penalty ½·l2·‖w‖² on coefficients (default 0; ridge: chosen by cross-validation)
      - --seed cannot be {"a":{}} (OptionError invalid-option)
        file      wrong.json
        fix       --seed <n>: seed of everything random: folds, hold-out rows, solvers (default 0)
      - train has no option "config" (OptionError unknown-option)
        file      wrong.json
      "
    `);
    expect(code).toBe(2);
  });

  it.each([
    ["no JSON", "{ train:", "the file is no JSON"],
    ["a list", "[]", "options stand in objects by the name of their verb"],
    ["a number in the place of options", '{"train":3}', "options stand in objects by the name of their verb"],
  ])("a file with %s is told apart", async (_, content, message) => {
    const { code, stderr } = await cli.run(["train", "data/iris.csv", "--config", cli.file("bad.json", content)]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("a file that is not there is named", async () => {
    const { stderr } = await cli.run(["train", "data/iris.csv", "--config", "none.json"]);
    expect(stderr).toContain('"none.json" does not exist');
  });
});
