// Tables that are no CSV: the same numbers from every format, and what each cannot do.
import { readTable, writeTable } from "@steepest/tables";
import type { Table } from "steepest/data";
import { beforeAll, describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const FORMATS = ["parquet", "arrow", "feather"] as const;
const linesOf = (text: string): string[] => text.trimEnd().split("\n");

beforeAll(async () => {
  for (const name of ["breast-cancer", "diabetes"]) {
    const { table } = await readTable(cli.path(`data/${name}.csv`));
    for (const format of FORMATS) await writeTable(cli.path(`${name}.${format}`), table);
    if (name === "diabetes") await writeTable(cli.path("diabetes.npz"), table);
  }
  await cli.run([
    "train",
    "data/breast-cancer.csv",
    "--target",
    "diagnosis",
    "--l2",
    "0.01",
    "--cv",
    "0",
    "--out",
    "runs/bc",
  ]);
  await cli.run(["train", "data/diabetes.csv", "--target", "progression", "--cv", "0", "--out", "runs/diabetes"]);
}, 120_000);

describe("train", () => {
  it.each(FORMATS)("learns from .%s what it learns from CSV, bit for bit", async (format) => {
    const words = ["--target", "diagnosis", "--l2", "0.01", "--cv", "0", "--out", `runs/${format}`];
    const { code, stderr } = await cli.run(["train", `breast-cancer.${format}`, ...words]);
    expect(stderr).toContain(`✔ Load breast-cancer.${format}: 569 rows × 30 numeric columns`);
    expect(code).toBe(0);
    const weights = (run: string) => cli.read(`${run}/weights.safetensors`);
    expect(weights(`runs/${format}`)).toBe(weights("runs/bc"));
    const { data } = JSON.parse(cli.read(`runs/${format}/metrics.json`)) as { data: { file: string; sha256: string } };
    expect(data.file).toBe(`breast-cancer.${format}`);
    expect(data.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("--format overrules the name of the file", async () => {
    await cli.shell("cp breast-cancer.parquet table.bin");
    const words = ["--target", "diagnosis", "--l2", "0.01", "--cv", "0", "--out", "runs/bin"];
    expect((await cli.run(["train", "table.bin", "--format", "parquet", ...words])).code).toBe(0);
    const wrong = await cli.run(["train", "table.bin", "--format", "arrow", ...words, "--force"]);
    expect(wrong.stderr).toContain("its first bytes look like a Parquet file");
    expect(wrong.code).toBe(2);
  });

  it("names a column that is not there, before it reads the rows", async () => {
    const { code, stderr } = await cli.run(["train", "breast-cancer.parquet", "--target", "diagnosys"]);
    expect(linesOf(stderr).slice(0, 3).join("\n")).toMatchInlineSnapshot(`
      "steepest train: there is no column "diagnosys" (--target) (DataError unknown-column)
        file      breast-cancer.parquet
        fix       did you mean "diagnosis"?"
    `);
    expect(code).toBe(2);
  });

  it("--decimal is refused: there is no text to read", async () => {
    const { code, stderr } = await cli.run(["train", "diabetes.npz", "--target", "progression", "--decimal", ","]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest train: --decimal is for CSV, and a file of format numpy holds numbers as such (OptionError csv-only)
        fix       leave it out
      "
    `);
    expect(code).toBe(2);
  });

  it("a file that is not there, and a folder, are told as for CSV", async () => {
    const missing = await cli.run(["train", "none.parquet", "--target", "y"]);
    expect(missing.stderr).toContain('"none.parquet" does not exist (BackendError not-found)');
    await cli.shell("mkdir -p folder.parquet");
    const folder = await cli.run(["train", "folder.parquet", "--target", "y"]);
    expect(folder.stderr).toContain('"folder.parquet" is a folder, not a file');
    expect([missing.code, folder.code]).toEqual([1, 1]);
  });

  it("a query needs DuckDB, and says how to get it; a password in it is shown nowhere", async () => {
    const query = "duckdb:select * from postgres_scan('password=geheim')";
    const { code, stdout, stderr } = await cli.run(["train", query, "--target", "y", "--out", "runs/sql"]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toContain("geheim");
    if (stderr.includes("engine-missing")) expect(stderr).toContain("npm install @duckdb/node-api@");
  });
});

describe("evaluate and predict", () => {
  it.each([...FORMATS, "npz"])("read .%s, and give what they give for CSV", async (format) => {
    const json = async (...words: string[]) => JSON.parse((await cli.run([...words, "--json"])).stdout);
    const csv = await json("evaluate", "runs/diabetes", "data/diabetes.csv");
    const typed = await json("evaluate", "runs/diabetes", `diabetes.${format}`);
    expect(typed.metrics).toEqual(csv.metrics);
    expect(typed.data.sha256).not.toBe(csv.data.sha256);
    const scores = async (file: string) => (await cli.run(["predict", "runs/diabetes", file])).stdout;
    expect(await scores(`diabetes.${format}`)).toBe(await scores("data/diabetes.csv"));
  });

  it("carry columns over from any format", async () => {
    const scores = async (file: string) =>
      (await cli.run(["predict", "runs/bc", file, "--columns", "diagnosis", "--proba"])).stdout;
    expect(await scores("breast-cancer.arrow")).toBe(await scores("data/breast-cancer.csv"));
  });

  it("name the columns that a file lacks", async () => {
    const { code, stderr } = await cli.run(["predict", "runs/bc", "diabetes.parquet", "--columns", "agee"]);
    expect(stderr).toContain("steepest predict: 31 problems");
    expect(stderr).toContain('there is no column "mean_radius", which training had');
    const { stdout } = await cli.run(["predict", "runs/diabetes", "diabetes.npz", "--columns", "agee", "--json"]);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: "unknown-column",
      fix: ['did you mean "age"?', expect.anything()],
    });
    expect(code).toBe(2);
  });
});

describe("predict --out", () => {
  const columnOf = (table: Table, name: string): (string | number | undefined)[] => {
    const column = table.column(name);
    return column.type === "category"
      ? Array.from(column.codes, (code) => column.categories[code])
      : Array.from(column.values);
  };

  it.each(["parquet", "arrow", "csv"] as const)("writes .%s with the numbers of the CSV stream", async (format) => {
    const words = ["predict", "runs/bc", "data/breast-cancer.csv", "--proba", "--columns", "diagnosis"];
    const { stdout } = await cli.run(words);
    const { code, stdout: none, stderr } = await cli.run([...words, "--out", `scored.${format}`]);
    expect({ code, none, stderr }).toEqual({ code: 0, none: "", stderr: "scored 569 rows\n" });
    const { table } = await readTable(cli.path(`scored.${format}`));
    const [header = "", ...rows] = linesOf(stdout);
    expect(table.names).toEqual(header.split(","));
    for (const [i, name] of table.names.entries()) {
      expect(columnOf(table, name).map(String)).toEqual(rows.map((row) => row.split(",")[i]));
    }
  });

  it("holds numbers as numbers, and no rows where there are none", async () => {
    await cli.run(["predict", "runs/diabetes", "diabetes.parquet", "--out", "numbers.parquet"]);
    const { table } = await readTable(cli.path("numbers.parquet"));
    expect([table.column("prediction").type, table.column("row").type, table.rows]).toEqual(["number", "number", 442]);
    const header = linesOf(cli.read("data/diabetes.csv"))[0] ?? "";
    await cli.run(["predict", "runs/diabetes", "-", "--out", "empty.parquet"], { input: `${header}\n` });
    expect((await readTable(cli.path("empty.parquet"))).header).toEqual(["row", "prediction"]);
  });

  it("leaves no half file behind when the input is bad in its middle", async () => {
    const rows = linesOf(cli.read("data/diabetes.csv"));
    const bytes = Buffer.concat([Buffer.from(`${rows.join("\n")}\n`), Buffer.from([0xff, 0xfe, 0x0a])]);
    const { code } = await cli.run([
      "predict",
      "runs/diabetes",
      cli.file("broken.csv", bytes),
      "--out",
      "half.parquet",
    ]);
    expect(code).toBe(2);
    const { stdout } = await cli.shell("ls -a | grep half");
    expect(stdout).toBe("");
  });

  it("keeps a file that is there; refuses names without a format, and --json beside it", async () => {
    const fails = async (...words: string[]) => {
      const { code, stderr } = await cli.run(["predict", "runs/bc", "data/breast-cancer.csv", ...words]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await fails("--out", "scored.parquet")).toContain('the file "scored.parquet" exists already');
    expect(await fails("--out", "scored.xlsx")).toContain("must end with .csv, .parquet or .arrow");
    const { stdout } = await cli.run(["predict", "runs/bc", "data/breast-cancer.csv", "--out", "new.csv", "--json"]);
    expect(JSON.parse(stdout).error.message).toContain("--json writes to standard output");
    const clash = ["predict", "runs/row", "row.csv", "--columns", "row", "--out", "clash.parquet"];
    await cli.run([
      "train",
      cli.file("row.csv", "row,y\n1,2\n2,3\n3,5\n4,6\n"),
      "--target",
      "y",
      "--cv",
      "0",
      "--out",
      "runs/row",
    ]);
    expect((await cli.run(clash)).stderr).toContain('the scores have a column "row" of their own');
  });
});

describe("evaluate --by", () => {
  const groups = cli.file("groups.csv", "x,site,y\n1,b,no\n2,b,yes\n3,a,yes\n4,10,yes\n5,9,no\n6,9,yes\n7,,yes\n");

  it("gives the metrics of every value of a column, which the model need not know", async () => {
    await cli.run([
      "train",
      groups,
      "--target",
      "y",
      "--drop",
      "site",
      "--l2",
      "1",
      "--cv",
      "0",
      "--out",
      "runs/groups",
    ]);
    const { stdout, code } = await cli.run(["evaluate", "runs/groups", groups, "--by", "site", "--json"]);
    const { by } = JSON.parse(stdout);
    expect(by.column).toBe("site");
    expect(by.groups.map(({ value, rows }: { value: string; rows: number }) => [value, rows])).toEqual([
      ["", 1],
      ["9", 2],
      ["10", 1],
      ["a", 1],
      ["b", 2],
    ]);
    const only = cli.file("only-b.csv", "x,y\n1,no\n2,yes\n");
    const alone = JSON.parse((await cli.run(["evaluate", "runs/groups", only, "--json"])).stdout);
    expect(by.groups[4].metrics).toEqual(alone.metrics);
    expect(code).toBe(0);
  });

  it("prints them as a table, and refuses a column that is not there or has a value per row", async () => {
    const { stdout } = await cli.run(["evaluate", "runs/groups", groups, "--by", "site"]);
    expect(stdout).toMatch(/^site +rows {2}ROC AUC {2}accuracy/m);
    expect(stdout).toMatch(/^\(missing\) +1 +– /m);
    const unknown = await cli.run(["evaluate", "runs/groups", groups, "--by", "sit"]);
    expect(unknown.stderr).toContain('there is no column "sit" (--by)');
    const rows = Array.from({ length: 1100 }, (_, i) => `${i},s${i},${i % 2 === 0 ? "no" : "yes"}`);
    const many = cli.file("many.csv", `x,site,y\n${rows.join("\n")}\n`);
    const tooMany = await cli.run(["evaluate", "runs/groups", many, "--by", "site"]);
    expect(tooMany.stderr).toContain('column "site" has more than 1,000 values');
    expect([unknown.code, tooMany.code]).toEqual([2, 2]);
  });
});
