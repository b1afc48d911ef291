import { cpSync, rmSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const train = (...words: string[]) =>
  cli.run(["train", "data/breast-cancer.csv", "--target", "diagnosis", "--standardize", "--cv", "3", ...words]);

beforeAll(async () => {
  await train("--l2", "0.002", "--out", "runs/weak");
  await train("--l2", "10", "--drop", "mean_area", "--out", "runs/strong");
}, 120_000);

const report = (...words: string[]) => cli.run(["report", ...words]);

describe("report of one run", () => {
  it("writes the bytes that the training wrote, in its folder or elsewhere", async () => {
    const first = cli.read("runs/weak/report.html");
    rmSync(cli.path("runs/weak/report.html"));
    const { code, stdout, stderr } = await report("runs/weak");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "open  runs/weak/report.html\n", stderr: "" });
    expect(cli.read("runs/weak/report.html")).toBe(first);
    expect((await report("runs/weak", "--out", "elsewhere.html")).stdout).toBe("open  elsewhere.html\n");
    expect(cli.read("elsewhere.html")).toBe(first);
  });

  it("rewrites a report that was changed", async () => {
    const first = cli.read("runs/weak/report.html");
    cli.file("runs/weak/report.html", "<p>nothing</p>");
    await report("runs/weak");
    expect(cli.read("runs/weak/report.html")).toBe(first);
  });

  it("--json names run, page and size", async () => {
    const { stdout } = await report("runs/weak", "--json");
    const bytes = Buffer.byteLength(cli.read("runs/weak/report.html"));
    expect(JSON.parse(stdout)).toEqual({ run: "runs/weak", report: "runs/weak/report.html", bytes });
  });
});

describe("report of several runs", () => {
  it("compares them in one page, and says which is best and how sure that is", async () => {
    const { code, stdout } = await report("runs/weak", "runs/strong");
    expect(stdout).toMatch(
      /^runs\/weak {4}ROC AUC 0\.99\d+ ± 0\.00\d+ {2}best\nruns\/strong {2}ROC AUC 0\.9\d+ ± 0\.0\d+\n(runs\/strong: .*\n)?open {2}comparison\.html\n$/,
    );
    expect(code).toBe(0);
    const page = cli.read("comparison.html");
    expect(page).toContain("Columns that not all runs learned from");
    expect(page).toMatch(/<th scope="row">l2<\/th><td>0\.002<\/td><td>10<\/td>/);
  });

  it("keeps a page that is there, unless it is forced", async () => {
    const { code, stderr } = await report("runs/weak", "runs/strong");
    expect(stderr).toMatchInlineSnapshot(`
      "steepest report: the file "comparison.html" exists already (OptionError file-exists)
        fix       --force  overwrites it
                  --out other.html
      "
    `);
    expect(code).toBe(2);
    expect((await report("runs/weak", "runs/strong", "--force")).code).toBe(0);
  });

  it("--json holds values, settings and differences by run", async () => {
    const { stdout } = await report("runs/weak", "runs/strong", "--out", "c.html", "--json");
    const document = JSON.parse(stdout);
    const metrics = JSON.parse(cli.read("runs/weak/metrics.json"));
    expect(document.runs).toEqual(["runs/weak", "runs/strong"]);
    expect(document.basis).toBe("folds");
    expect(document.metrics[0].values["runs/weak"].value).toBe(metrics.metrics.folds.auc.mean);
    expect(document.settings).toContainEqual({ name: "l2", values: { "runs/weak": 0.002, "runs/strong": 10 } });
    expect(document.columns).toEqual([{ name: "mean_area", runs: ["runs/weak"] }]);
    expect(document.differences[0]).toMatchObject({ best: "runs/weak", other: "runs/strong", metric: "auc" });
    expect(document.differences[0].standardError).toBeGreaterThan(0);
  });
});

describe("what is no run", () => {
  const failure = async (...words: string[]) => {
    const { code, stdout } = await report(...words, "--json");
    return { code, ...JSON.parse(stdout).error };
  };

  it("a folder that is not there: the nearest one is offered", async () => {
    expect(await failure("runs/weka")).toMatchObject({
      code: "no-run",
      fix: [expect.stringContaining("runs/weak"), expect.anything()],
    });
  });

  it("a folder without a run, and a file", async () => {
    cli.file("plain/notes.txt", "x");
    expect(await failure("plain")).toMatchObject({ code: "no-run", message: 'the folder "plain" holds no run' });
    expect(await failure("plain/notes.txt")).toMatchObject({ code: "no-run" });
  });

  it("a run whose report.json is missing, cut, changed, or newer", async () => {
    const copy = (name: string, change: (text: string) => string): string => {
      cpSync(cli.path("runs/weak"), cli.path(name), { recursive: true });
      cli.file(`${name}/report.json`, change(cli.read("runs/weak/report.json")));
      return name;
    };
    expect(await failure(copy("runs/cut", (text) => text.slice(0, 500)))).toMatchObject({ code: "invalid-json" });
    expect(await failure(copy("runs/other", () => "{}"))).toMatchObject({ code: "not-a-report" });
    const newer = copy("runs/newer", (text) => text.replace('"version":1', '"version":9'));
    expect(await failure(newer)).toMatchObject({ code: "newer-version", fix: ["update steepest"] });
    const changed = copy("runs/changed", (text) => text.replace('"rows":569', '"rows":"many"'));
    expect(await failure(changed)).toMatchObject({
      code: "invalid-report",
      received: "data.rows: a number is missing",
      where: { file: "runs/changed/report.json" },
    });
    rmSync(cli.path("runs/cut/report.json"));
    expect(await failure("runs/cut")).toMatchObject({ code: "no-report" });
  });

  it("several runs: all that is wrong is said at once, and nothing is written", async () => {
    const { code, stdout } = await report("runs/a", "runs/weak", "runs/b", "runs/weak", "--out", "none.html", "--json");
    const problems: { code: string }[] = JSON.parse(stdout).error.problems;
    expect(problems.map((problem) => problem.code)).toEqual(["no-run", "no-run", "repeated-run"]);
    expect(code).toBe(2);
    expect(() => cli.read("none.html")).toThrow("ENOENT");
  });

  it("runs with different questions are not compared", async () => {
    await cli.run(["train", "data/iris.csv", "--target", "species", "--cv", "0", "--l2", "0.1", "--out", "runs/iris"]);
    const { code, stderr } = await report("runs/weak", "runs/iris", "--out", "no.html");
    expect(stderr).toContain('the runs answer different questions: "runs/weak" tells classes of "diagnosis"');
    expect(code).toBe(2);
  });

  it("a page cannot take the place of a folder", async () => {
    expect(await failure("runs/weak", "--out", "runs")).toMatchObject({ code: "not-a-file" });
  });
});
