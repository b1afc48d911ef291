import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();

/** A table of `rows` rows; each cell from its row. */
function table(name: string, header: string, rows: number, row: (i: number) => string): string {
  return cli.file(name, `${header}\n${Array.from({ length: rows }, (_, i) => `${row(i)}\n`).join("")}`);
}

describe("tables that are hard to learn, and can be", () => {
  it("40 classes: the report draws those with the largest coefficients, and nothing is lost", async () => {
    const data = table("forty.csv", "x,z,y", 240, (i) => `${i % 40},${(i * 7) % 11},c${i % 40}`);
    const { code, stderr } = await cli.run(["train", data, "--target", "y", "--l2", "0.1", "--out", "runs/forty"]);
    expect(stderr).not.toContain("InternalError");
    expect(code).toBe(0);
    expect(readdirSync(cli.path("runs/forty"))).toHaveLength(6);
    const report = cli.read("runs/forty/report.html");
    expect(report).toContain("Coefficients of 12 of 40 classes");
    expect(report).not.toContain("No picture");
  });

  it("60 categories: the line and the report say what is merged, --max-categories keeps all", async () => {
    const data = table("categories.csv", "c,y", 600, (i) => `k${i % 60},${(i % 60) * 2}`);
    const merged = await cli.run(["train", data, "--target", "y", "--out", "runs/merged"]);
    const note =
      'column "c" has 60 categories: the 20 most frequent keep a column each, all others share one; --max-categories 60  keeps them all';
    expect(merged.stderr).toContain(`! ${note}\n`);
    expect(cli.read("runs/merged/report.html")).toContain(note.replaceAll('"', "&quot;"));
    const all = await cli.run(["train", data, "--target", "y", "--max-categories", "60", "--out", "runs/all"]);
    expect(all.stderr).not.toContain("categories:");
    expect(all.stderr).toMatch(/RMSE \d\.?\d*e-1\d ± \d\.?\d*e-1\d {3}R² 1\.000 ± 0\.000/); // exact but for rounding, and not "0.000000"
    expect(all.code).toBe(0);
  });

  it("a column without a value is left out, also that after a comma at the end of every line", async () => {
    const data = table("comma.csv", "x,hole,y,", 40, (i) => `${i % 7},,${i % 2 === 0 ? "no" : "yes"},`);
    const { code, stderr } = await cli.run(["train", data, "--target", "y", "--l2", "1", "--out", "runs/comma"]);
    expect(stderr).toContain('! column "hole" has no value in any row: it is left out\n');
    expect(stderr).toContain("! column 4 (without a name) has no value in any row: it is left out\n");
    expect(code).toBe(0);
    const dropped = ["--drop", "", "--drop", "hole", "--cv", "0", "--out", "runs/dropped"];
    const quiet = await cli.run(["train", data, "--target", "y", "--l2", "1", ...dropped]);
    expect(quiet.stderr).not.toContain("has no value");
    expect(quiet.code).toBe(0);
    expect((await cli.run(["predict", "runs/comma", data])).code).toBe(0);
  });

  it("a column that is empty in one fold is left out there", async () => {
    const data = table(
      "one.csv",
      "x,rare,y",
      40,
      (i) => `${i % 7},${i === 11 ? "3" : ""},${i % 2 === 0 ? "no" : "yes"}`,
    );
    const { code, stderr } = await cli.run(["train", data, "--target", "y", "--l2", "1", "--out", "runs/one"]);
    expect(stderr).toContain(
      '! column "rare" has no value in the rows that 1 of 5 folds learn from: these leave it out\n',
    );
    expect(code).toBe(0);
  });

  it("a class of one row is named, learned in every fold and tested in none", async () => {
    const data = table("stray.csv", "x,y", 61, (i) => `${i},${i === 60 ? "c" : i % 2 === 0 ? "a" : "b"}`);
    const { code, stderr } = await cli.run(["train", data, "--target", "y", "--l2", "1", "--out", "runs/stray"]);
    expect(stderr).toContain(
      '! the class "c" has 1 row: it is learned in every fold and tested in none; --drop-rare 2  leaves such classes out\n',
    );
    expect(stderr).toContain("✔ Cross-validate 5 stratified folds: ");
    expect(code).toBe(0);
    const without = ["--drop-rare", "2", "--out", "runs/without"];
    const dropped = await cli.run(["train", data, "--target", "y", "--l2", "1", ...without]);
    expect(dropped.stderr).toContain('target "y" (30 a, 30 b), 1 row left out (rejects.csv)');
    expect(cli.read("runs/without/rejects.csv")).toContain('61,,"the class ""c"" has 1 row (--drop-rare 2)","60,c"');
    const holdout = await cli.run(["train", data, "--target", "y", "--holdout", "0.2", "--out", "runs/h"]);
    expect(holdout.stderr).toContain(
      '--holdout needs 2 rows of every class, one to learn and one to test, and "c" has 1',
    );
    expect(holdout.code).toBe(2);
  });

  it("fewer folds name the class, or the rows where there are no classes", async () => {
    const data = table("three.csv", "x,y", 33, (i) => `${i},${i < 3 ? "c" : i % 2 === 0 ? "a" : "b"}`);
    const classes = await cli.run(["train", data, "--target", "y", "--l2", "1", "--out", "runs/three"]);
    expect(classes.stderr).toContain(
      '! 3 folds instead of 5: the class "c" has 3 rows; --drop-rare 5  leaves such classes out\n',
    );
    const numbers = table("four.csv", "x,y", 4, (i) => `${i},${i * i + 0.5}`);
    const few = await cli.run(["train", numbers, "--target", "y", "--out", "runs/four"]);
    expect(few.stderr).toContain("! 4 folds instead of 5: there are 4 rows\n");
    expect(few.stderr).not.toContain("class");
  });

  it("texts that nearly all differ are no classes", async () => {
    const data = table("texts.csv", "x,y", 60, (i) => `${i},name ${i}`);
    const { code, stderr } = await cli.run(["train", data, "--target", "y", "--out", "runs/texts"]);
    expect(stderr).toContain('the target "y" holds 60 different texts in 60 rows, which are no classes');
    expect(code).toBe(2);
  });

  it("the positive class of a known pair goes by meaning, of another by order, and says so", async () => {
    const row = (a: string, b: string) => (i: number) => `${(i * 7) % 11},${i % 2 === 0 ? a : b}`;
    const words = (name: string, a: string, b: string) => {
      const data = table(`${name}.csv`, "x,y", 60, row(a, b));
      return ["train", data, "--target", "y", "--holdout", "0.2", "--out", `runs/${name}`];
    };
    const known = await cli.run(words("pair", "ja", "nein"));
    expect(known.stderr).toContain("(positive: ja)");
    expect(known.stderr).not.toContain("--positive");
    const order = await cli.run(words("order", "go", "stay"));
    expect(order.stderr).toContain(
      '! the positive class is "stay", the last one in order; --positive go  takes the other one\n',
    );
  });

  it("ridge says which strength it chose, and when that is the last one that was tried", async () => {
    const words = ["--target", "progression", "--model", "ridge", "--cv", "0"];
    const { stderr } = await cli.run(["train", "data/diabetes.csv", ...words, "--out", "runs/edge"]);
    expect(stderr).toMatch(/ridge regression \(cholesky, l2 1\.0e-4 chosen\): converged/);
    expect(stderr).toContain(
      "! the chosen strength is the last one that was tried: another may be better; --l2 takes any",
    );
  });

  it("the report notes correlated columns in its data section", async () => {
    const words = ["--target", "diagnosis", "--l2", "1", "--cv", "0", "--out", "runs/pairs"];
    await cli.run(["train", "data/breast-cancer.csv", ...words]);
    expect(cli.read("runs/pairs/report.html")).toContain("21 column pairs with |r| &gt; 0.9");
  });

  it("rows that repeat others are counted, named in the report, and looked for among the held-out rows", async () => {
    const data = table("twice.csv", "x,z,y", 120, (i) => `${i % 60},${(i * 7) % 60},${i % 3 === 0 ? "no" : "yes"}`);
    const words = ["--target", "y", "--l2", "1", "--holdout", "0.25", "--out", "runs/twice"];
    const { stderr } = await cli.run(["train", data, ...words]);
    expect(stderr).toContain("60 rows that repeat an earlier one");
    const report = cli.read("runs/twice/report.html");
    expect(report).toContain("60 rows of 120 repeat an earlier one in every column");
    expect(report).toMatch(/<th scope="row">61<\/th><td class="number">1<\/td>/);
    const heldOut = Number(report.match(/Of 30 held-out rows, (\d+) occur among the training rows too/)?.[1]);
    // each held-out row is known unless its twin is held out too
    expect(heldOut).toBeGreaterThan(10);
    expect(heldOut).toBeLessThanOrEqual(30);
  });

  it("10,000 columns: trained, judged and reported in a megabyte", async () => {
    const columns = Array.from({ length: 10_000 }, (_, j) => `c${j}`).join(",");
    const cells = (i: number) =>
      Array.from({ length: 10_000 }, (_, j) => ((i * 31 + j * j * 17 + i * j * 7) % 101) / 4);
    const data = table("wide.csv", `${columns},y`, 60, (i) => `${cells(i).join(",")},${i % 2 === 0 ? "no" : "yes"}`);
    const words = ["--target", "y", "--l2", "1", "--standardize", "--cv", "2", "--out", "runs/wide"];
    const { code, stderr } = await cli.run(["train", data, ...words]);
    expect(stderr).toContain("60 rows × 10,000 numeric columns");
    expect(code).toBe(0);
    const report = cli.read("runs/wide/report.html");
    expect(Buffer.byteLength(report)).toBeLessThan(1e6);
    expect(report).toContain("The first 200 of 10,001.");
    expect(Buffer.byteLength(cli.read("runs/wide/report.json"))).toBeLessThan(1e6);
    expect((await cli.run(["predict", "runs/wide", data])).code).toBe(0);
  }, 240_000); // 20 s of one core

  it("200 categories: all are learned, and unseen ones are scored and counted", async () => {
    const data = table("cities.csv", "city,x,y", 2000, (i) => `city ${i % 200},${i % 11},${(i % 200) / 10 + (i % 11)}`);
    const words = ["--target", "y", "--max-categories", "200", "--cv", "0", "--out", "runs/cities"];
    expect((await cli.run(["train", data, ...words])).code).toBe(0);
    const fresh = table("fresh.csv", "city,x", 10, (i) => `${i < 4 ? `new ${i}` : `city ${i}`},${i}`);
    const { code, stdout, stderr } = await cli.run(["predict", "runs/cities", fresh]);
    expect(stderr).toContain("4 categories that training did not have (city 4)");
    expect(code).toBe(0);
    const values = stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[1]));
    for (let i = 4; i < 10; i++) expect(values[i]).toBeCloseTo(i / 10 + i, 6); // the data are exact: y = city/10 + x
  });
});
