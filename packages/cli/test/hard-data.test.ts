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
    expect(readdirSync(cli.path("runs/forty"))).toHaveLength(5);
    const report = cli.read("runs/forty/report.html");
    expect(report).toContain("Coefficients of 12 of 40 classes");
    expect(report).not.toContain("No picture");
  });
});
