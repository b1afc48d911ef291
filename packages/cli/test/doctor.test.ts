import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const plain = { STEEPEST_THREADS: "1", STEEPEST_FMA: "0", STEEPEST_NATIVE: "0", STEEPEST_BLAS: "" };

describe("steepest doctor", () => {
  it("names each tier, why it is off, and the outcome of the checks", async () => {
    const { code, stdout, stderr } = await cli.run(["doctor"], { env: plain });
    const lines = stdout
      .replace(/1 of \d+/, "1 of N")
      .replace(/0\.\d+ ulp/, "0.N ulp")
      .replace(/ {2,}/g, "  ");
    expect(lines).toMatchInlineSnapshot(`
      "engine  wasm SIMD128 · memory32
      fma  off: turned off by STEEPEST_FMA=0  STEEPEST_FMA
      threads  1 of N · one is all there is, or STEEPEST_THREADS=1  STEEPEST_THREADS
      native  off: turned off by STEEPEST_NATIVE=0  STEEPEST_NATIVE, STEEPEST_BLAS
      checks  exp 0.N ulp · matmul 37×45×300 ok, bit for bit
      "
    `);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("gives the same as fields, and obeys the environment", async () => {
    const { stdout } = await cli.run(["doctor", "--json"], { env: { ...plain, STEEPEST_THREADS: "2" } });
    const report = JSON.parse(stdout) as { threads: { used: number }; checks: { name: string; passed: boolean }[] };
    expect(report.threads.used).toBe(2);
    expect(report.checks.map(({ name, passed }) => [name, passed])).toEqual([
      ["exp", true],
      ["matmul 37×45×300", true],
      ["1 thread = 2 threads", true],
    ]);
  });
});
