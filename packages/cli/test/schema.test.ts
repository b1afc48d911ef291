// The published schema of `--json` against what the commands print.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VERBS } from "../src/verbs.ts";
import { useCli } from "./cli.ts";
import { type Schema, violations } from "./json-schema.ts";

const cli = useCli();
const schema = JSON.parse(readFileSync(fileURLToPath(new URL("../schema.json", import.meta.url)), "utf8")) as Schema;
const defs = schema["$defs"] as Readonly<Record<string, Schema>>;
const cities = fileURLToPath(new URL("../../../examples/cities.json", import.meta.url));

/** In this order: later commands use the runs of earlier ones. */
const commands: readonly (readonly [document: string, words: readonly string[], code?: number])[] = [
  ["train", ["train", "data/iris.csv", "--target", "species", "--dry-run"]],
  [
    "train",
    [
      "train",
      "data/breast-cancer.csv",
      "--target",
      "diagnosis",
      "--l2",
      "0.01",
      "--standardize",
      "--min",
      "auc=0.5",
      "--out",
      "runs/a",
    ],
  ],
  ["train", ["train", "data/diabetes.csv", "--target", "progression", "--holdout", "0.2", "--out", "runs/b"]],
  [
    "train",
    [
      "train",
      "data/iris.csv",
      "--target",
      "species",
      "--model",
      "mlp",
      "--epochs",
      "3",
      "--cv",
      "0",
      "--out",
      "runs/c",
      "--reproducible",
    ],
  ],
  ["train", ["train", "data/iris.csv", "--target", "species", "--max-steps", "1", "--cv", "0", "--out", "runs/d"], 3],
  ["evaluate", ["evaluate", "runs/a", "data/breast-cancer.csv", "--min", "auc=0.5"]],
  ["evaluate", ["evaluate", "runs/b", "data/diabetes.csv"]],
  ["predict", ["predict", "runs/b", "data/diabetes.csv"]],
  ["predict", ["predict", "runs/a", "data/breast-cancer.csv", "--proba"]],
  ["report", ["report", "runs/a"]],
  ["comparison-of-runs", ["report", "runs/c", "runs/d", "--out", "both.html"]],
  ["compare-optimizers", ["compare-optimizers", "beale", "--optimizers", "sgd,adam", "--steps", "9"]],
  [
    "compare-optimizers",
    ["compare-optimizers", "data/iris.csv", "--target", "species", "--optimizers", "sgd", "--epochs", "2"],
  ],
  ["solve", ["solve", cities, "--out", "plan"]],
  ["explain", ["explain", "(v*relu(w*x)-y)^2", "--at", "x=2,w=3,v=0.5,y=4"]],
  ["figures-list", ["figures", "--list"]],
  ["figures", ["figures", "--only", "roc", "--formats", "svg"]],
  ["doctor", ["doctor"]],
  ["error", ["train", "data/iris.csv", "--target", "specie"], 2],
  ["error", ["predict", "runs/none", "data/iris.csv"], 2],
];

describe("documents of --json", () => {
  it.each(commands.map(([document, words, code = 0]) => [document, words, code] as const))(
    "%s: %j",
    async (document, words, code) => {
      const { code: ended, stdout, stderr } = await cli.run([...words, "--json", "--quiet"]);
      expect(ended, stderr + stdout).toBe(code);
      const value = JSON.parse(stdout) as Record<string, unknown>;
      expect(violations(value, defs[document]!, schema)).toEqual([]);
      expect(violations(value, schema)).toEqual([]);
      const [first = ""] = defs[document]!["required"] as string[];
      const { [first]: _, ...without } = value;
      expect(violations(without, defs[document]!, schema)).toEqual([`$.${first}: missing`]);
    },
  );

  it("every verb has a document here", () => {
    const run = new Set(commands.map(([, [verb]]) => verb));
    expect(VERBS.map(({ name }) => name).filter((name) => !run.has(name))).toEqual([]);
  });

  it("a number in the place of a text is noticed, and a keyword that is not known", () => {
    expect(violations({ run: "a", report: 3, bytes: 1.5 }, defs["report"]!, schema)).toEqual([
      "$.report: no string",
      "$.bytes: no integer",
    ]);
    expect(() => violations(1, { maximum: 3 })).toThrow('unknown keyword "maximum"');
  });
});
