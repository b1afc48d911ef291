import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { decideFma, hasRelaxedSimd, roundsOnce } from "./relaxed-simd.ts";

const before = process.env["STEEPEST_FMA"];
afterEach(() => {
  if (before === undefined) delete process.env["STEEPEST_FMA"];
  else process.env["STEEPEST_FMA"] = before;
});

// in this order: the flag, once set, holds for the process
describe("fused multiply-add", () => {
  it("is off when somebody says so, whatever the platform", () => {
    expect(decideFma(false)).toEqual({ on: false, reason: "turned off" });
    process.env["STEEPEST_FMA"] = "0";
    expect(decideFma()).toEqual({ on: false, reason: "turned off by STEEPEST_FMA=0" });
  });

  it("is as the platform has it when nobody asks, and no flag is set", () => {
    delete process.env["STEEPEST_FMA"];
    const has = hasRelaxedSimd();
    expect(decideFma().on).toBe(has);
    expect(hasRelaxedSimd()).toBe(has);
  });

  it("is turned on by who asks for it, with one rounding", () => {
    delete process.env["STEEPEST_FMA"];
    expect(decideFma(true).on).toBe(true);
    expect(hasRelaxedSimd()).toBe(true);
    expect(roundsOnce()).toBe(true);
    expect(decideFma().on).toBe(true);
  });

  it("is turned on by the environment", () => {
    process.env["STEEPEST_FMA"] = "1";
    expect(decideFma().on).toBe(true);
  });

  it("sets a flag that this version knows: nothing is printed", () => {
    const flag = `require("node:v8").setFlagsFromString("--experimental-wasm-relaxed-simd")`;
    const major = Number(process.versions.node.split(".")[0]);
    if (major < 22) expect(spawnSync(process.execPath, ["-e", flag], { encoding: "utf8" }).stderr).toBe("");
  });
});
