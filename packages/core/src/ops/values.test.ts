// Values of elementwise operations against 60-digit arithmetic (see `origin` in golden/elementwise.json), and at the ends of their domains.
import { describe, expect, it } from "vitest";
import { array, type NDArray, scalar } from "../array/index.ts";
import golden from "./golden/elementwise.json" with { type: "json" };
import * as ops from "./index.ts";

type Elementwise = (...xs: NDArray[]) => NDArray;
const named = ops as unknown as Readonly<Record<string, Elementwise>>; // looked up by the names of the table

/** Units in the last place between two doubles: their distance in the order of all doubles. */
function ulps(a: number, b: number): number {
  const view = new DataView(new ArrayBuffer(8));
  const position = (x: number): bigint => {
    view.setFloat64(0, x);
    const bits = view.getBigInt64(0);
    return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
  };
  const distance = position(a) - position(b);
  return Number(distance < 0n ? -distance : distance);
}

/** 2, and more where a rounded argument is magnified: erfc(−x/√2) turns one unit in z = x/√2 into 2z² units. */
const ALLOWED: Readonly<Record<string, number>> = { erfc: 3, gelu: 12 };

describe("values are within units in the last place of 60-digit arithmetic", () => {
  const names = [...new Set(golden.values.map(([name]) => name as string))];
  for (const name of names) {
    it(name, () => {
      const worst = { ulps: 0, at: "" };
      for (const [op, xs, expected] of golden.values as [string, number[], number][]) {
        if (op !== name) continue;
        const error = ulps(named[name]!(...xs.map(scalar)).item(), expected);
        if (!(error <= worst.ulps)) Object.assign(worst, { ulps: error, at: xs.join(", ") });
      }
      expect(worst.ulps, `at ${worst.at}`).toBeLessThanOrEqual(ALLOWED[name] ?? 2);
    });
  }
  it("a value that is one part in 1e14 away is seen", () => {
    expect(ulps(0.3286267594591274 * (1 + 1e-14), 0.3286267594591274)).toBeGreaterThan(8);
    expect(ulps(5e-324, -5e-324)).toBe(2);
  });
});

describe("ends of the domains", () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  const table: readonly (readonly [string, readonly number[], readonly number[]])[] = [
    ["erf", [-inf, -30, -0, 30, inf, nan], [-1, -1, -0, 1, 1, nan]],
    ["erfc", [-inf, -30, 0, 30, inf, nan], [2, 2, 1, 0, 0, nan]],
    ["gelu", [-inf, -50, 0, 50, inf, nan], [0, -0, 0, 50, inf, nan]],
    ["silu", [-inf, -1000, 0, 1000, inf, nan], [0, 0, 0, 1000, inf, nan]],
    ["elu", [-inf, 0, 1000, inf, nan], [-1, 0, 1000, inf, nan]],
    ["asin", [-1, 1, 1.5, -0], [-Math.PI / 2, Math.PI / 2, nan, -0]],
    ["acos", [-1, 1, 1.5], [Math.PI, 0, nan]],
    ["atan", [-inf, inf], [-Math.PI / 2, Math.PI / 2]],
    ["acosh", [1, 0.5, inf], [0, nan, inf]],
    ["atanh", [-1, 1, 1.5], [-inf, inf, nan]],
    ["asinh", [-inf, -0, inf], [-inf, -0, inf]],
    ["rsqrt", [0, -1, inf], [inf, nan, 0]],
    ["log2", [8, 0, -1], [3, -inf, nan]],
    ["log10", [1000, 0, -1], [3, -inf, nan]],
    ["exp2", [10, -1074, -2000, 1024], [1024, 5e-324, 0, inf]],
    ["ceil", [-1.5, 1.2, 3, -0], [-1, 2, 3, -0]],
    ["trunc", [-1.5, 1.8, 3, -0], [-1, 1, 3, -0]],
  ];
  for (const [name, xs, expected] of table) {
    it(name, () => {
      expect(named[name]!(array(xs)).toArray()).toEqual(expected);
    });
  }
  it("functions of two arguments", () => {
    const at = (name: string, x: number, y: number): number => named[name]!(scalar(x), scalar(y)).item();
    expect([at("hypot", 0, 0), at("hypot", inf, nan), at("atan2", 0, -1), at("atan2", -0, -1)]).toEqual([
      0,
      inf,
      Math.PI,
      -Math.PI,
    ]);
    expect([at("power", 0, 0), at("power", 0, -1), at("power", -8, 1 / 3)]).toEqual([1, inf, nan]);
    expect([at("xlogy", 0, 0), at("xlogy", 0, inf), at("xlogy", 0, nan), at("xlogy", 1, 0)]).toEqual([0, 0, nan, -inf]);
  });
  it("integers become floats", () => {
    for (const name of ["erf", "asinh", "gelu", "silu", "elu", "leakyRelu"]) {
      expect(named[name]!(array([1, 2], { dtype: "i32" }) as unknown as NDArray).dtype).toBe("f64");
    }
    expect(ops.hypot(array([3], { dtype: "i32" }) as unknown as NDArray, 4).toArray()).toEqual([5]);
  });
  it("options are checked", () => {
    expect(() => ops.gelu(scalar(1), { aproximate: true } as object)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: gelu: unknown option "aproximate". Did you mean "approximate"?]`,
    );
    expect(() => ops.elu(scalar(1), { alpha: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: elu: alpha must be a finite number, got NaN.]`,
    );
    expect(() => ops.leakyRelu(scalar(1), { slope: "0.1" } as object)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: leakyRelu: slope must be a finite number, got "0.1".]`,
    );
  });
  it("a threshold below 0 is refused", () => {
    expect(() => ops.softThreshold(scalar(1), -1)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: softThreshold: the threshold must be 0 or more, got -1.]`,
    );
  });
});
