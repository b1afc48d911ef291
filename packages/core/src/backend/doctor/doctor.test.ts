import { describe, expect, it } from "vitest";
import { defaultThreads } from "../wasm/threads/index.ts";
import { checkExp, checkProduct, checkThreads } from "./checks.ts";
import { doctor } from "./doctor.ts";

describe("doctor", () => {
  it("passes its checks here, and says why a tier is off", () => {
    const { engine, fma, threads, native, checks } = doctor();
    expect(engine).toBe("wasm SIMD128 · memory32");
    for (const { name, passed } of checks) expect([name, passed]).toEqual([name, true]);
    expect(threads.used).toBe(defaultThreads());
    for (const { reason } of [fma, threads, native]) expect(reason).not.toBe("");
    if (native.on) expect(native.gain).toBeGreaterThanOrEqual(1.3);
  });

  it("measures: bits on one thread, and on two", () => {
    expect(checkProduct(false).detail).toBe("ok, bit for bit");
    expect(checkThreads(false, 2)).toEqual({
      name: "1 thread = 2 threads",
      passed: true,
      ready: 2,
      detail: "same bits",
    });
    const ulp = Number.parseFloat(checkExp(false).detail);
    expect(ulp).toBeGreaterThan(0.3); // not compared with itself
    expect(ulp).toBeLessThan(1);
  });
});
