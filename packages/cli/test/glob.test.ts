import { beforeAll, describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const train = ["train", "--target", "species", "--cv", "0", "--quiet"];

beforeAll(() => {
  const [header = "", ...rows] = cli.read("data/iris.csv").trimEnd().split("\n");
  cli.file("parts/a.csv", [header, ...rows.slice(0, 80)].join("\n")); // without an end of line
  cli.file("parts/b.csv", `\uFEFF${[header, ...rows.slice(80, 120)].join("\r\n")}\r\n`);
  cli.file("parts/deep/er/c.csv", `${[header, ...rows.slice(120)].join("\n")}\n`);
  cli.file("parts/.hidden.csv", "x\n1\n");
  cli.file("other/a.csv", `${header}\n${rows[0]}\n`);
  cli.file("other/b.csv", `${header.replace("species", "kind")}\n${rows[1]}\n`);
});

describe("a pattern as data", () => {
  it("stands for all files that match, as if they were one", async () => {
    const one = await cli.run([...train, "data/iris.csv", "--out", "runs/one"]);
    const all = await cli.run([...train, "parts/**/*.csv", "--out", "runs/all"]);
    expect([one.code, all.code], all.stderr).toEqual([0, 0]);
    expect(cli.read("runs/all/weights.safetensors")).toBe(cli.read("runs/one/weights.safetensors"));
    expect(JSON.parse(cli.read("runs/all/metrics.json"))).toMatchObject({
      data: { file: "parts/**/*.csv", rows: 150 },
    });
    const scores = await cli.run(["predict", "runs/one", "data/iris.csv"]);
    expect((await cli.run(["predict", "runs/one", "parts/**/*.csv"])).stdout).toBe(scores.stdout);
    const measured = await cli.run(["evaluate", "runs/one", "parts/?.csv"]);
    expect(measured.stdout).toMatch(/^120 rows/);
  });

  it.each([
    ["none/*.csv", 'no file matches "none/*.csv"'],
    ["other/*.csv", 'that of "other/b.csv" differs from "other/a.csv"'],
    ["parts/*.parquet", "is a pattern, and only CSV files are joined by one"],
  ])("%s", async (pattern, message) => {
    const { code, stderr } = await cli.run([...train, pattern, "--out", "runs/bad"]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("a file whose name holds a star is that file", async () => {
    cli.file("odd/*.csv", cli.read("data/iris.csv"));
    const { code } = await cli.run([...train, "odd/*.csv", "--out", "runs/odd"]);
    expect(code).toBe(0);
  });
});
