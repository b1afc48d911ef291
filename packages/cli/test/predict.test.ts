import { existsSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { finish, useCli } from "./cli.ts";

const cli = useCli();

beforeAll(async () => {
  const iris = [
    "train",
    "data/iris.csv",
    "--target",
    "species",
    "--l2",
    "0.01",
    "--cv",
    "0",
    "--quiet",
    "--out",
    "runs/iris",
  ];
  const cancer = [
    "train",
    "data/breast-cancer.csv",
    "--target",
    "diagnosis",
    "--l2",
    "0.01",
    "--standardize",
    "--cv",
    "0",
  ];
  const diabetes = [
    "train",
    "data/diabetes.csv",
    "--target",
    "progression",
    "--cv",
    "0",
    "--quiet",
    "--out",
    "runs/diabetes",
  ];
  for (const words of [iris, [...cancer, "--quiet", "--out", "runs/bc"], diabetes])
    expect((await cli.run(words)).code).toBe(0);
});

const linesOf = (text: string): string[] => text.trimEnd().split("\n");

describe("steepest predict", () => {
  it("gives a row for every row, in order, and tells the count on standard error", async () => {
    const { code, stdout, stderr } = await cli.run(["predict", "runs/iris", "data/iris.csv", "--columns", "species"]);
    const [header, ...rows] = linesOf(stdout).map((line) => line.split(","));
    expect(header).toEqual(["row", "species", "prediction"]);
    expect(rows.map(([row]) => Number(row))).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
    const { metrics } = JSON.parse(cli.read("runs/iris/metrics.json")) as {
      metrics: { training: { metrics: { accuracy: number } } };
    };
    const right = rows.filter(([, actual, predicted]) => actual === predicted).length;
    expect(right / 150).toBe(metrics.training.metrics.accuracy);
    expect(stderr).toBe("scored 150 rows\n");
    expect(code).toBe(0);
  });

  it("probabilities sum to 1 and agree with the prediction", async () => {
    const { stdout } = await cli.run(["predict", "runs/iris", "data/iris.csv", "--proba"]);
    const [header, ...rows] = linesOf(stdout).map((line) => line.split(","));
    expect(header).toEqual(["row", "prediction", "p_setosa", "p_versicolor", "p_virginica"]);
    const classes = ["setosa", "versicolor", "virginica"];
    for (const [, prediction, ...texts] of rows) {
      const shares = texts.map(Number);
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(classes[shares.indexOf(Math.max(...shares))]).toBe(prediction);
    }
  });

  it("--threshold moves rows to the positive class", async () => {
    const count = async (threshold: string): Promise<number> => {
      const { stdout } = await cli.run(["predict", "runs/bc", "data/breast-cancer.csv", "--threshold", threshold]);
      return linesOf(stdout).filter((line) => line.endsWith(",malignant")).length;
    };
    const [few, middle, many] = [await count("0.9"), await count("0.5"), await count("0.1")];
    expect(few).toBeLessThan(middle);
    expect(middle).toBeLessThan(many);
  });

  it("a model of numbers gives numbers", async () => {
    const { stdout } = await cli.run(["predict", "runs/diabetes", "data/diabetes.csv"]);
    const values = linesOf(stdout)
      .slice(1)
      .map((line) => Number(line.split(",")[1]));
    // least squares with an intercept: predictions have the mean of the target, 152.13348416 (scikit-learn 1.2.1)
    expect(values.reduce((a, b) => a + b, 0) / 442).toBeCloseTo(152.13348416, 6);
  });

  it("--json is one document", async () => {
    const { stdout } = await cli.run(["predict", "runs/iris", "data/iris.csv", "--json", "--columns", "petal_length"]);
    const result = JSON.parse(stdout) as { predictions: unknown[]; scored: number; rejected: number };
    expect(result.predictions[0]).toEqual({ row: 1, petal_length: "1.4", prediction: "setosa" });
    expect([result.predictions.length, result.scored, result.rejected]).toEqual([150, 150, 0]);
  });

  it("rows that cannot be read go to rejects.csv, and the others are scored", async () => {
    const table = cli.file(
      "new.csv",
      "sepal_length,sepal_width,petal_length,petal_width\n5,3,1.5,.2\n5,x,1.5,.2\n6,3\n,3,5,2\n",
    );
    const { code, stdout, stderr } = await cli.run(["predict", "runs/iris", table]);
    expect(linesOf(stdout).map((line) => line.split(",")[0])).toEqual(["row", "1", "4"]);
    expect(stderr).toMatchInlineSnapshot(`
      "scored 2 rows, 2 rejected (row 2: column "sepal_width" holds text that is not a number: "x"; also row 3): rejects.csv
      filled 1 missing value as in training (sepal_length 1)
      "
    `);
    expect(cli.read("rejects.csv")).toMatchInlineSnapshot(`
      "row,line,reason,text
      2,3,"column ""sepal_width"" holds text that is not a number: ""x""","5,x,1.5,.2"
      3,4,"the row has 2 fields, the header 4","6,3"
      "
    `);
    expect(code).toBe(2); // the data are wrong, though all other rows are scored
    const again = await cli.run(["predict", "runs/iris", table, "--on-bad-row", "skip"]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain(": rejects-2.csv");
    expect(readdirSync(cli.folder).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  it("--rejects does not overwrite a file", async () => {
    const { code, stderr } = await cli.run([
      "predict",
      "runs/iris",
      "new.csv",
      "--rejects",
      cli.file("mine.csv", "mine"),
    ]);
    expect(stderr).toContain('the file "mine.csv" exists already');
    expect(code).toBe(2);
    expect(cli.read("mine.csv")).toBe("mine");
  });

  it("a header alone is a stream without rows", async () => {
    const header = linesOf(cli.read("data/iris.csv"))[0] ?? "";
    const { code, stdout, stderr } = await cli.run(["predict", "runs/iris", "-"], { input: `${header}\n` });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "row,prediction\n", stderr: "scored 0 rows\n" });
  });

  it("all missing columns are named at once", async () => {
    const { code, stderr } = await cli.run([
      "predict",
      "runs/iris",
      cli.file("few.csv", "sepal_length,petal_with\n5,1\n"),
    ]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest predict: 3 problems
      - there is no column "sepal_width", which training had (DataError missing-column)
        file      few.csv
        fix       did you mean "petal_with"?
                  the columns are sepal_length, petal_with
      - there is no column "petal_length", which training had (DataError missing-column)
        file      few.csv
        fix       did you mean "sepal_length" or "petal_with"?
                  the columns are sepal_length, petal_with
      - there is no column "petal_width", which training had (DataError missing-column)
        file      few.csv
        fix       did you mean "petal_with"?
                  the columns are sepal_length, petal_with
      "
    `);
    expect(code).toBe(2);
  });

  it("extra columns do not matter, and neither does their order", async () => {
    const [header = "", ...rows] = linesOf(cli.read("data/iris.csv"));
    const turn = (line: string, extra: string): string => [extra, ...line.split(",").reverse()].join(",");
    const turned = [turn(header, "id"), ...rows.map((row, i) => turn(row, `id${i}`))].join("\n");
    const plain = await cli.run(["predict", "runs/iris", "data/iris.csv", "--proba"]);
    const other = await cli.run(["predict", "runs/iris", cli.file("turned.csv", turned), "--proba"]);
    expect(other.stdout).toBe(plain.stdout);
  });

  it("a closed pipe ends it quietly, with code 0", async () => {
    const rows = linesOf(cli.read("data/iris.csv"));
    cli.file("long.csv", [rows[0], ...Array.from({ length: 400 }, () => rows.slice(1).join("\n"))].join("\n"));
    const { stdout, stderr } = await cli.shell(
      "(steepest predict runs/iris long.csv; echo code $? >&3) 3>code.txt | head -1; sleep 1; cat code.txt",
    );
    expect({ stdout, stderr }).toEqual({ stdout: "row,prediction\ncode 0\n", stderr: "" });
  });

  it("memory does not grow with the stream", async () => {
    const rows = linesOf(cli.read("data/breast-cancer.csv"));
    const child = cli.start(["predict", "runs/bc", "-"], { env: { NODE_OPTIONS: "--max-old-space-size=32" } });
    let lines = 0;
    child.stdout?.on("data", (chunk: Buffer | string) => {
      for (const letter of String(chunk)) if (letter === "\n") lines++;
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    child.stdin?.write(`${rows[0]}\n`);
    const block = `${rows.slice(1).join("\n")}\n`;
    for (let i = 0; i < 400; i++) {
      if (child.stdin?.write(block) === false)
        await new Promise<void>((resolve) => child.stdin?.once("drain", resolve));
    }
    child.stdin?.end();
    // 50 MB of text through a heap of 32 MB: rows or scores that were kept would end the process
    expect(await ended).toBe(0);
    expect(lines).toBe(400 * 569 + 1);
  });

  it("Ctrl-C ends a stream after the running batch, with whole lines and code 130", async () => {
    const rows = linesOf(cli.read("data/iris.csv"));
    const child = cli.start(["predict", "runs/iris", "-"]);
    const ended = finish(child, { keepInputOpen: true });
    child.stdin?.write(`${rows[0]}\n`);
    const block = Array.from({ length: 40 }, () => `${rows.slice(1).join("\n")}\n`).join("");
    child.stdin?.write(block); // more than one batch
    await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stdout.endsWith("\n")).toBe(true);
    expect(stderr).toMatch(
      /stopping after the running step.*interrupted after [\d,]+ rows; the scores up to there are complete/s,
    );
  });

  it("a run that is not there offers its neighbors", async () => {
    const { code, stderr } = await cli.run(["predict", "runs/iriss", "data/iris.csv"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest predict: there is no run "runs/iriss" (DataError no-run)
        file      runs/iriss/model.json
        fix       did you mean "runs/iris"?
                  steepest train … --out runs/iriss  makes one
      "
    `);
    expect(code).toBe(2);
  });
});

describe("model files that cannot be used", () => {
  /** Scores with a copy of a good run whose description was changed. */
  async function damaged(name: string, change: (text: string) => string): Promise<string> {
    await cli.shell(`cp -r runs/bc runs/${name}`);
    cli.file(`runs/${name}/model.json`, change(cli.read(`runs/${name}/model.json`)));
    const { code, stdout, stderr } = await cli.run(["predict", `runs/${name}`, "data/breast-cancer.csv"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    return stderr;
  }

  it("a description that was cut off", async () => {
    expect(await damaged("cut", (text) => text.slice(0, 200))).toMatchInlineSnapshot(`
      "steepest predict: the description is not valid JSON. It was cut or edited: copy or save the model again (DataError invalid-json)
        file      runs/cut/model.json
        fix       copy or save the model again
      "
    `);
  });

  it("weights that were cut off", async () => {
    await cli.shell(
      "cp -r runs/bc runs/weights; head -c 100 runs/bc/weights.safetensors > runs/weights/weights.safetensors",
    );
    const { code, stdout, stderr } = await cli.run(["predict", "runs/weights", "data/breast-cancer.csv"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.replaceAll(/crc32 [0-9a-f]{8}/g, "crc32 ********")).toMatchInlineSnapshot(`
      "steepest predict: the weights are not those of the description: 100 bytes, crc32 ******** instead of 400 bytes, crc32 ********. The file was cut, damaged or belongs to another model: copy or save the model again (DataError checksum)
        file      runs/weights/weights.safetensors
        received  100 bytes, crc32 ******** expected  400 bytes, crc32 ********
        fix       copy or save the model again
      "
    `);
  });

  it("a description of a newer version", async () => {
    expect(await damaged("newer", (text) => text.replace('"version": 1', '"version": 99'))).toMatchInlineSnapshot(`
      "steepest predict: the model was written by steepest 0.1.0 in format 99; this version reads up to format 1. Update steepest (DataError newer-version)
        file      runs/newer/model.json
        received  99                  expected  at most 1
        fix       update steepest
      "
    `);
  });

  it("a description that was edited", async () => {
    expect(await damaged("edited", (text) => text.replace('"steepest-model"', '"other"'))).toMatchInlineSnapshot(`
      "steepest predict: this is no description of a model: "format" must be "steepest-model". Give the content of a model.json that saveModel made (DataError not-a-model)
        file      runs/edited/model.json
        expected  "format": "steepest-model"
        fix       train again, or copy the run again from where it came
      "
    `);
  });

  it("weights that are gone", async () => {
    await cli.shell("cp -r runs/bc runs/gone; rm runs/gone/weights.safetensors");
    const { code, stderr } = await cli.run(["predict", "runs/gone", "data/breast-cancer.csv"]);
    expect(stderr).toContain("the run has no weights.safetensors, which holds its coefficients");
    expect(code).toBe(2);
    expect(existsSync(cli.path("rejects.csv.tmp"))).toBe(false);
  });
});
