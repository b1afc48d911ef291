import { existsSync, readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const HEADER = "age,income,plan,left\n";
const GOOD = `${HEADER}31,2100,a,no\n45,3900,b,yes\n52,4100,a,yes\n28,1900,b,no\n`;

/** Trains on a text; every case below must end with code 2 and leave no folder behind. */
async function refuse(content: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(["train", cli.file("bad.csv", content), "--target", "left", ...flags]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(existsSync(cli.path("runs/bad"))).toBe(false);
  return stderr;
}

describe("tables that cannot be learned", () => {
  it("an empty file", async () => {
    expect(await refuse("")).toMatchInlineSnapshot(`
      "steepest train: the file is empty. Expected a header line with the names of the columns, then one line per row (DataError empty-file)
        file      bad.csv
        received  no text             expected  a header line and rows
        fix       check the path
      "
    `);
  });

  it("a header alone", async () => {
    expect(await refuse(HEADER)).toMatchInlineSnapshot(`
      "steepest train: there is a header (4 columns) but no row below it. Expected at least one row of data (DataError header-only)
        file      bad.csv
        received  a header alone      expected  at least one row
      "
    `);
  });

  it("a target that is not there", async () => {
    expect(await refuse(GOOD.replace("left", "gone"))).toMatchInlineSnapshot(`
      "steepest train: there is no column "left" (--target) (DataError unknown-column)
        file      bad.csv
        fix       the columns are age, income, plan, gone
      "
    `);
  });

  it("the target among the features", async () => {
    expect(await refuse(GOOD, "--features", "age,left")).toMatchInlineSnapshot(`
      "steepest train: the target "left" is among the features, so the model would only copy it (DataError target-among-features)
        fix       leave "left" out of --features
      "
    `);
  });

  it("one class only", async () => {
    expect(await refuse(`${HEADER}31,2100,a,no\n45,3900,b,no\n`)).toMatchInlineSnapshot(`
      "steepest train: all 2 rows have the class "no", and there is nothing to tell apart (DataError one-class)
        file      bad.csv
        fix       add rows of another class
                  --target  names another column
      "
    `);
  });

  it("one row", async () => {
    expect(await refuse(`${HEADER}31,2100,a,no\n`)).toMatchInlineSnapshot(`
      "steepest train: the table has 1 row, and a model needs at least 2 (DataError too-few-rows)
        file      bad.csv
        fix       add rows
      "
    `);
  });

  it("text in a column of numbers", async () => {
    expect(await refuse(`${GOOD}33,n/a,a,no\n`)).toMatchInlineSnapshot(`
      "steepest train: column "income" holds text that is not a number (DataError column-not-numeric)
        file      bad.csv, row 5 (line 6)
        received  "n/a"               expected  a number or an empty cell
        fix       --missing n/a  treats it as missing
                  --types income=category  keeps the column as text
                  --on-bad-row skip  leaves such rows out and lists them in rejects.csv
      "
    `);
  });

  it("text where numbers were promised by --types", async () => {
    expect(await refuse(GOOD, "--types", "plan=number")).toMatchInlineSnapshot(`
      "steepest train: column "plan" holds text that is not a number (DataError column-not-numeric)
        file      bad.csv, row 1 (line 2)
        received  "a"                 expected  a number or an empty cell
        fix       --missing a  treats it as missing
                  --types plan=category  keeps the column as text
                  --on-bad-row skip  leaves such rows out and lists them in rejects.csv
        also      row 2 (line 3): column "plan" holds text that is not a number: "b"
                  row 3 (line 4): column "plan" holds text that is not a number: "a"
                  row 4 (line 5): column "plan" holds text that is not a number: "b"
      "
    `);
  });

  it("ragged rows, counted and listed", async () => {
    expect(await refuse(`${GOOD}33,2000\n34,2000,a,no,extra\n`)).toMatchInlineSnapshot(`
      "steepest train: the row has 2 fields, the header 4 (DataError ragged-row)
        file      bad.csv, row 5 (line 6)
        received  2 fields            expected  4 fields, as in the header
        fix       correct the file
                  --on-bad-row skip  leaves such rows out and lists them in rejects.csv
        also      row 6 (line 7): the row has 5 fields, the header 4
      "
    `);
  });

  it("NaN and ∞", async () => {
    expect(await refuse(`${GOOD}NaN,2000,a,no\n33,-Infinity,b,yes\n`)).toMatchInlineSnapshot(`
      "steepest train: column "age" holds a number that is not finite (DataError not-finite)
        file      bad.csv, row 5 (line 6)
        received  "NaN"               expected  a finite number or an empty cell
        fix       --missing NaN  treats it as missing
                  --on-bad-row skip  leaves such rows out and lists them in rejects.csv
        also      row 6 (line 7): column "income" holds a number that is not finite: "-Infinity"
      "
    `);
  });

  it("two columns of one name", async () => {
    expect(await refuse("a,a,left\n1,2,no\n3,4,yes\n")).toMatchInlineSnapshot(`
      "steepest train: two columns are called "a". Columns are found by name: rename one of them in the header (DataError duplicate-column)
        file      bad.csv
        received  "a" twice           expected  names that all differ
      "
    `);
  });

  it("a missing target", async () => {
    expect(await refuse(`${GOOD}33,2000,a,\n`)).toMatchInlineSnapshot(`
      "steepest train: the target "left" is missing in 1 row, and a row without it teaches nothing (DataError target-missing)
        file      bad.csv, row 5
        fix       --on-bad-row skip  leaves these rows out and lists them in rejects.csv
      "
    `);
  });

  it("text as target of a model of numbers", async () => {
    expect(await refuse(GOOD, "--model", "linear")).toMatchInlineSnapshot(`
      "steepest train: the target "left" does not hold numbers, which this model predicts (DataError column-not-numeric)
        file      bad.csv, row 1
        received  "no"                expected  a number
        fix       --model logistic  predicts classes
      "
    `);
  });

  it("all problems of the flags at once", async () => {
    expect(
      await refuse(GOOD, "--l2", "-1", "--cv", "1", "--model", "logistc", "--holdout", "2"),
    ).toMatchInlineSnapshot(`
      "steepest train: 4 problems
      - --model must be one of linear, ridge, lasso, elastic-net, poisson, logistic, svc, svr, mlp, got "logistc" (OptionError invalid-option)
        received  "logistc"
        expected  one of linear, ridge, lasso, elastic-net, poisson, logistic, svc, svr, mlp
        fix       did you mean "logistic"?
      - --l2 must be a number of 0 or more, got "-1" (OptionError invalid-option)
        received  "-1"                expected  a number of 0 or more
      - --cv must be 0, or a whole number of at least 2, got "1" (OptionError invalid-option)
        received  "1"                 expected  0, or a whole number of at least 2
      - --holdout must be a share between 0 and 1, such as 0.2, got "2" (OptionError invalid-option)
        received  "2"                 expected  a share between 0 and 1, such as 0.2
      "
    `);
  });

  it("all unknown columns at once, with the nearest names", async () => {
    expect(await refuse(GOOD, "--drop", "incme", "--types", "agee=number")).toMatchInlineSnapshot(`
      "steepest train: 2 problems
      - there is no column "incme" (--drop) (DataError unknown-column)
        file      bad.csv
        fix       did you mean "income"?
                  the columns are age, income, plan, left
      - there is no column "agee" (--types) (DataError unknown-column)
        file      bad.csv
        fix       did you mean "age"?
                  the columns are age, income, plan, left
      "
    `);
  });

  it("all unknown options at once, with the nearest ones", async () => {
    expect(await refuse(GOOD, "--modle", "logistic", "--standardise")).toMatchInlineSnapshot(`
      "steepest train: 2 problems
      - train has no option --modle (OptionError unknown-option)
        fix       did you mean --model?
                  steepest train --help  lists all options
      - train has no option --standardise (OptionError unknown-option)
        fix       did you mean --standardize?
                  steepest train --help  lists all options
      "
    `);
  });
});

describe("tables that look odd and are fine", () => {
  it.each([
    ["a byte order mark and CRLF", `\ufeff${GOOD.replaceAll("\n", "\r\n")}`],
    ["semicolons", GOOD.replaceAll(",", ";")],
    ["quoted newlines", GOOD.replace("31,2100,a", '31,2100,"a\nb"')],
    ["missing cells", GOOD.replace("31,2100,a", ",,")],
  ])("%s", async (name, content) => {
    const { stderr, code } = await cli.run([
      ...["train", cli.file("odd.csv", content), "--target", "left", "--l2", "1", "--cv", "0"],
      ...["--out", `runs/odd-${name.replaceAll(" ", "-")}`],
    ]);
    expect(stderr).toContain(
      '✔ Load odd.csv: 4 rows × 3 columns (2 numeric, 1 categorical), target "left" (2 no, 2 yes)',
    );
    expect(code).toBe(0);
  });

  it("--on-bad-row skip leaves rows out and says which", async () => {
    const table = cli.file("skip.csv", `${GOOD}33,n/a,a,no\n34,2000\n35,2000,b,\n`);
    const { code, stderr } = await cli.run([
      "train",
      table,
      "--target",
      "left",
      "--l2",
      "1",
      "--cv",
      "0",
      "--on-bad-row",
      "skip",
    ]);
    expect(stderr).toContain("3 rows left out (rejects.csv)");
    expect(code).toBe(0);
    expect(cli.read("runs/skip/rejects.csv")).toMatchInlineSnapshot(`
      "row,line,reason,text
      5,6,"column ""income"" holds text that is not a number: ""n/a""","33,n/a,a,no"
      6,7,"the row has 2 fields, the header 4","34,2000"
      7,,"the target ""left"" is missing","35,2000,b,"
      "
    `);
  });

  it("--missing makes a text an empty cell, in training and in every later use of the model", async () => {
    const table = cli.file("na.csv", `${GOOD}33,n/a,a,no\n`);
    const { code } = await cli.run(["train", table, "--target", "left", "--l2", "1", "--cv", "0", "--missing", "n/a"]);
    expect(code).toBe(0);
    const scored = await cli.run(["predict", "runs/na", table]);
    expect(scored.stdout.trim().split("\n")).toHaveLength(6);
    expect(scored.stderr).toContain("filled 1 missing value as in training (income 1)");
  });
});

describe("places that cannot be written", () => {
  it("a folder below a file", async () => {
    cli.file("occupied", "");
    const { code, stderr } = await cli.run(["train", "data/iris.csv", "--target", "species", "--out", "occupied/run"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest train: "occupied/run" cannot be used: a part of its path is a file, not a folder (BackendError not-a-folder)
        file      occupied/run
        fix       choose another place
      "
    `);
    expect(code).toBe(1);
  });

  it("a folder where nothing can be made", async () => {
    const { code, stderr } = await cli.run(["train", "data/iris.csv", "--target", "species", "--out", "/proc/run"]);
    expect(stderr).toContain('steepest train: "/proc/run" cannot be made there');
    expect(code).toBe(1);
  });

  it("a full disk under the scores", async () => {
    await cli.run(["train", "data/iris.csv", "--target", "species", "--l2", "1", "--cv", "0", "--out", "runs/full"]);
    const { code, stderr } = await cli.shell("steepest predict runs/full data/iris.csv > /dev/full");
    expect(stderr).toContain("the disk is full");
    expect(code).toBe(1);
  });

  it("a disk that fills up while the run is written leaves nothing, and an older run whole", async () => {
    const words = "data/iris.csv --target species --l2 1 --cv 0 --quiet";
    const limited = "ulimit -f 8; steepest train"; // files of 8 blocks at most: the report does not fit
    const fresh = await cli.shell(`${limited} ${words} --out runs/limited`);
    expect(fresh.stderr).toMatchInlineSnapshot(`
      "steepest train: "runs/limited/report.json" cannot be written: it would be larger than this process may write (BackendError file-too-large)
        file      runs/limited/report.json
        fix       raise the limit with ulimit -f
      "
    `);
    expect(fresh.code).toBe(1);
    expect(existsSync(cli.path("runs/limited"))).toBe(false);
    const files = readdirSync(cli.path("runs/full")).sort();
    const before = files.map((name) => cli.read(`runs/full/${name}`));
    const again = await cli.shell(`${limited} ${words} --force --out runs/full`);
    expect(again.code).toBe(1);
    expect(readdirSync(cli.path("runs/full")).sort()).toEqual(files);
    expect(files.map((name) => cli.read(`runs/full/${name}`))).toEqual(before);
  });

  it("a run that is there already", async () => {
    const words = ["train", "data/iris.csv", "--target", "species", "--l2", "1", "--cv", "0", "--out", "runs/once"];
    await cli.run(words);
    const { mtimeMs } = statSync(cli.path("runs/once/model.json"));
    const { code, stderr } = await cli.run(words);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest train: the folder "runs/once" holds a run already (OptionError run-exists)
        file      runs/once
        fix       --force  overwrites it
                  --out other/folder  writes somewhere else
      "
    `);
    expect(code).toBe(2);
    expect(statSync(cli.path("runs/once/model.json")).mtimeMs).toBe(mtimeMs);
  });

  it("a file that is not there", async () => {
    const { code, stderr } = await cli.run(["train", "nothing.csv", "--target", "y"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest train: "nothing.csv" does not exist (BackendError not-found)
        file      nothing.csv
        fix       check the spelling and the current folder
      "
    `);
    expect(code).toBe(1);
    expect(readdirSync(cli.path("runs"))).not.toContain("nothing");
  });
});

describe("what messages say", () => {
  const train = async (content: string | Uint8Array, ...flags: string[]) =>
    (await cli.run(["train", cli.file("said.csv", content), ...flags])).stderr;

  it.each([
    ["train", ["train", "data", "--target", "y"]],
    ["evaluate", ["evaluate", "runs/kept", "data"]],
    ["predict", ["predict", "runs/kept", "data"]],
  ])("%s names the folder that was given as data", async (_, words) => {
    await cli.run(["train", "data/iris.csv", "--target", "species", "--l2", "1", "--cv", "0", "--out", "runs/kept"]);
    const { code, stderr } = await cli.run(words);
    expect(stderr).toContain('"data" is a folder, not a file');
    expect(code).toBe(1);
  });

  it("evaluate and predict speak of missing columns in the same words, with the columns there are", async () => {
    const data = cli.file("other.csv", "sepal_length,sepal width,species\n1,2,setosa\n");
    const said =
      '- there is no column "petal_width", which training had (DataError missing-column)\n  file      other.csv\n  fix       did you mean "sepal width"?\n            the columns are sepal_length, "sepal width", species\n';
    for (const verb of ["evaluate", "predict"]) {
      const { code, stderr } = await cli.run([verb, "runs/kept", data]);
      expect(stderr).toContain(said);
      expect(code).toBe(2);
    }
  });

  it("what was typed is never suggested, and spaces in names can be seen", async () => {
    expect(await train(" x , y\n1,a\n2,b\n", "--target", "y")).toContain('the columns are " x ", " y"\n');
    cli.file("runs/r", "");
    const { stderr } = await cli.run(["predict", "runs/r", "data/iris.csv"]);
    expect(stderr).toContain('there is no run "runs/r"');
    expect(stderr).not.toContain('did you mean "runs/r"');
  });

  it("dates as a target, and types that there are not", async () => {
    const dates = "d,x\n2024-01-02,1\n2024-01-03,2\n2024-01-05,3\n";
    expect(await train(dates, "--target", "d")).toContain("--types d=category  makes every date a class");
    expect(await train(dates, "--target", "d")).not.toContain("--model");
    expect(await train(dates, "--target", "x", "--types", "x=foo")).toContain("types (number, category or date)");
  });

  it("an option that takes one value and is given twice", async () => {
    const stderr = await train(GOOD, "--target", "left", "--target=age", "--drop", "age", "--drop", "plan");
    expect(stderr).toContain("--target is given more than once (OptionError repeated-option)");
    expect(stderr).not.toContain("--drop is");
  });

  it("a share that leaves no row of a class, in flags", async () => {
    const words = ["--target", "left", "--holdout", "0.001"];
    const stderr = await train(`${GOOD}${GOOD.slice(HEADER.length).repeat(9)}`, ...words);
    expect(stderr).toContain("--holdout 0.001 of 40 rows keeps 1 for the test and 39 for training");
    expect(stderr).toContain("fix       --holdout 0.05  or more");
    expect(stderr).not.toContain("stratify");
  });

  it.each([
    ["decimal commas", "x;y\n1;0,5\n2;1,25\n3;7,5\n4;8,5\n", "--decimal ,  reads them as numbers"],
    ["currency", 'x,y\n1,"$1,100.00"\n2,"$2,100.00"\n3,"$3,100.00"\n', "with digits and a point alone"],
    ["dates with slashes", "x,y\n1,12/31/2024\n2,12/30/2024\n3,1/2/2024\n", "write them in the file as 2024-12-31"],
  ])("%s: an error for the target, a warning for a feature", async (_, content, fix) => {
    const target = await train(content, "--target", "y");
    expect(target).toMatch(/the target "y" holds (numbers|dates) as text/);
    expect(target).toContain(fix);
    const feature = await train(content, "--target", "x", "--out", "runs/texts", "--force");
    expect(feature).toMatch(/! column "y" holds (numbers|dates) as text \(".*"\), so every text is a category/);
    expect(feature).toContain(fix);
    expect(await train(content, "--target", "y", "--types", "y=category", "--dry-run")).not.toContain("as text");
  });

  it("--decimal , reads decimal commas in training and in every later use of the model", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i % 7},5;${(i % 7) * 2},25\n`).join("");
    const data = cli.file("decimal.csv", `x;y\n${rows}`);
    const { code } = await cli.run(["train", data, "--target", "y", "--decimal", ",", "--out", "runs/decimal"]);
    expect(code).toBe(0);
    const { stdout } = await cli.run(["predict", "runs/decimal", data]);
    expect(Number(stdout.split("\n")[2]?.split(",")[1])).toBeCloseTo(2.25, 9); // exact line, two solvers' rounding
    expect((await cli.run(["evaluate", "runs/decimal", data, "--max", "rmse=1e-9"])).code).toBe(0);
  });

  it("paths with spaces are quoted where they can be pasted", async () => {
    const data = cli.file("my data.csv", cli.read("data/iris.csv"));
    const { stdout, stderr } = await cli.run(["train", data, "--target", "species", "--l2", "1", "--cv", "0"]);
    expect(stdout).toBe("open  'runs/my data/report.html'\n");
    expect(stderr).toContain("predict 'runs/my data' 'my data.csv' > scored.csv");
  });

  it("a target whose values all differ is not called an identifier", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${(i * 17) % 41},${i + 1000}\n`).join("");
    expect(await train(`x,y\n${rows}`, "--target", "y", "--dry-run")).not.toMatch(/like an identifier:[^,]*"y"/);
  });

  it("rejected rows never take the place of a device", async () => {
    const { code, stderr } = await cli.run([
      "predict",
      "runs/kept",
      "data/iris.csv",
      "--rejects",
      "/dev/null",
      "--force",
    ]);
    expect(stderr).toContain('"/dev/null" is a device, not a file');
    expect(code).toBe(2);
  });
});

describe("errors for programs", () => {
  it("--json gives one object with class, code, place, and ways out", async () => {
    const table = cli.file("json.csv", `${GOOD}33,n/a,a,no\n`);
    const { code, stdout, stderr } = await cli.run(["train", table, "--target", "left", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        class: "DataError",
        code: "column-not-numeric",
        message: 'column "income" holds text that is not a number',
        where: { file: "json.csv", row: 5, line: 6, column: "income" },
        received: '"n/a"',
        expected: "a number or an empty cell",
        fix: [
          "--missing n/a  treats it as missing",
          "--types income=category  keeps the column as text",
          "--on-bad-row skip  leaves such rows out and lists them in rejects.csv",
        ],
      },
    });
    expect(stderr).toBe("");
    expect(code).toBe(2);
  });

  it("stacks are shown with --debug only", async () => {
    const plain = await cli.run(["train", "nothing.csv", "--target", "y"]);
    const debug = await cli.run(["train", "nothing.csv", "--target", "y", "--debug"]);
    expect(plain.stderr).not.toMatch(/^\s+at /m);
    expect(debug.stderr).toMatch(/ENOENT/);
  });
});
