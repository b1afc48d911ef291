// Accuracy of the expansions in emitted code: f32 against the f64 functions of the engine, f64 against values of arbitrary precision.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { erfcOf, erfOf } from "../../../ops/error-functions.ts";
import type { TypedArray } from "../../../program/dtype.ts";
import * as expansions from "../../../program/expansions/index.ts";
import { Body, type Value } from "../../../program/kernels/body.ts";
import type { LoopKernel } from "../../../program/kernels/kernel.ts";
import { agree } from "./agreement.ts";
import { harnessOf } from "./harness.ts";
import { emitLoop } from "./loop.ts";

type Width = "f32" | "f64";
type Formula = (b: Body, x: Value) => Value;

const FMA = canContract() ? [false, true] : [false];

/** Whether relaxed SIMD is there; Node 20 has it behind a flag. */
function canContract(): boolean {
  const probe = new Body();
  const x = probe.load(0, "f32");
  const y = probe.multiplyAdd(x, x, x);
  const run = (): boolean => {
    harnessOf(emitLoop(mapOf(probe, y, 1, "f32")), [new Float32Array(1), new Float32Array(1)], { fma: true });
    return true;
  };
  try {
    return run();
  } catch {
    try {
      setFlagsFromString("--experimental-wasm-relaxed-simd");
      return run();
    } catch {
      return false;
    }
  }
}

function mapOf(body: Body, y: Value, size: number, dtype: Width, inputs = 1): LoopKernel {
  const access = (buffer: number) => ({ buffer, dtype, offset: 0, strides: [1] });
  return {
    kind: "loop",
    outer: [],
    inner: size,
    accesses: Array.from({ length: inputs + 1 }, (_, buffer) => access(buffer)),
    slots: [],
    stages: [{ over: "inner", body, stores: [{ value: y.id, access: inputs }], reductions: [], results: [] }],
  };
}

function compute(formula: Formula, xs: TypedArray, fma: boolean): TypedArray {
  const dtype = xs instanceof Float32Array ? "f32" : "f64";
  const body = new Body();
  const y = formula(body, body.load(0, dtype));
  const harness = harnessOf(emitLoop(mapOf(body, y, xs.length, dtype)), [xs, xs.slice().fill(0)], { fma });
  harness.run();
  return harness.read(1);
}

const { acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, erf, erfc, exp, exp2, expm1, gelu, hypot } =
  expansions;
const { log, log10, log1p, log2, logSigmoid, pow, sigmoid, silu, sin, sinh, softplus, tan, tanh } = expansions;

const sigmoidOf = (x: number): number => {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
};
const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const siluOf = (x: number): number => (x < -700 ? 0 : x * sigmoidOf(x));
const geluOf = (x: number): number => (x < -38 ? 0 : 0.5 * x * erfcOf(-x * Math.SQRT1_2));
const constant =
  (y: number): Formula =>
  (b, x) =>
    pow(b, x, b.constant(y, x.dtype));

/** Formula, truth in f64, largest error in units in the last place: f32, f64. */
const TABLE: Record<string, readonly [Formula, (x: number) => number, number, number]> = {
  exp: [exp, Math.exp, 1, 1],
  exp2: [exp2, (x) => 2 ** x, 1, 1],
  expm1: [expm1, Math.expm1, 2, 2],
  log: [log, Math.log, 1, 1],
  log1p: [log1p, Math.log1p, 2, 2],
  log2: [log2, Math.log2, 1, 1],
  log10: [log10, Math.log10, 1, 1],
  tanh: [tanh, Math.tanh, 2, 2],
  sigmoid: [sigmoid, sigmoidOf, 2, 2],
  silu: [silu, siluOf, 3, 3],
  softplus: [softplus, softplusOf, 2, 2],
  logSigmoid: [logSigmoid, (x) => -softplusOf(-x), 2, 2],
  erf: [erf, erfOf, 2, 2],
  erfc: [erfc, erfcOf, 4, 4],
  gelu: [gelu, geluOf, 4, 4],
  sin: [sin, Math.sin, 2, 2],
  cos: [cos, Math.cos, 2, 2],
  tan: [tan, Math.tan, 3, 3],
  asin: [asin, Math.asin, 3, 3],
  acos: [acos, Math.acos, 3, 3],
  atan: [atan, Math.atan, 3, 3],
  sinh: [sinh, Math.sinh, 3, 3],
  cosh: [cosh, Math.cosh, 3, 3],
  asinh: [asinh, Math.asinh, 3, 3],
  acosh: [acosh, Math.acosh, 3, 3],
  atanh: [atanh, Math.atanh, 3, 3],
  "hypot with 1.5": [(b, x) => hypot(b, x, b.constant(1.5, x.dtype)), (x) => Math.hypot(x, 1.5), 2, 2],
  "atan2 above 1.5": [(b, x) => atan2(b, x, b.constant(1.5, x.dtype)), (x) => Math.atan2(x, 1.5), 2, 2],
  "atan2 of -0.75": [(b, x) => atan2(b, b.constant(-0.75, x.dtype), x), (x) => Math.atan2(-0.75, x), 2, 2],
  "power 2.5": [constant(2.5), (x) => x ** 2.5, 2, 2],
  "power -3": [constant(-3), (x) => x ** -3, 2, 2],
};

/** Sizes by class, 1e5 numbers in each, of both signs. */
const CLASSES: readonly (readonly [number, number])[] = [
  [1e-38, 1e-3],
  [1e-3, 1],
  [1, 12],
  [12, 1e5],
];

function numbersOf(low: number, high: number, count: number): Float32Array {
  let state = 12_345;
  return Float32Array.from({ length: count }, (_, i) => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) | 0;
    const x = low * (high / low) ** ((state >>> 0) / 2 ** 32);
    return i % 2 === 0 ? x : -x;
  });
}

function unitOf(x: number, fraction: number, lowest: number): number {
  return 2 ** (Math.max(lowest, Math.floor(Math.log2(Math.abs(x)))) - fraction);
}

/** The largest error in units in the last place; infinite if one value is of another kind. */
function worst(formula: Formula, truth: (x: number) => number, xs: Float32Array, fma: boolean): number {
  const ys = compute(formula, xs, fma);
  let most = 0;
  for (let i = 0; i < xs.length; i++) {
    const want = truth(xs[i]!);
    const got = ys[i]!;
    const rounded = Math.fround(want);
    if (Number.isNaN(want) || !Number.isFinite(rounded) || rounded === 0) {
      if (rounded !== got && !(Number.isNaN(want) && Number.isNaN(got))) return Infinity;
    } else most = Math.max(most, Math.abs(got - want) / unitOf(want, 23, -126));
  }
  return most;
}

describe.each(FMA)("functions in f32, FMA %s", (fma) => {
  it.each(Object.entries(TABLE))("%s keeps its bound in every class of sizes", (_, [formula, truth, bound]) => {
    for (const [low, high] of CLASSES) {
      expect(worst(formula, truth, numbersOf(low, high, 100_000), fma)).toBeLessThanOrEqual(bound);
    }
  });
});

describe("functions at special values", () => {
  const special = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 2 ** -149, -(2 ** -149), 3e38, -3e38, 88.9, -104.5];

  it.each(Object.entries(TABLE))(
    "%s: infinities, NaN, signs of zero, the smallest and the largest",
    (name, [formula, truth, bound]) => {
      if (["sin", "cos", "tan"].includes(name)) special.splice(9, 2); // beyond 1e12
      const ys = compute(formula, Float32Array.from(special), false);
      special.forEach((x, i) => {
        const want = Math.fround(truth(Math.fround(x)));
        const got = ys[i]!;
        if (Number.isFinite(want) && want !== 0) {
          expect(Math.abs(got - want)).toBeLessThanOrEqual(bound * unitOf(want, 23, -126));
        } else if (x === 0 || want !== 0) expect(got).toBe(want);
        else expect(Math.abs(got)).toBe(0); // results that are too small: either zero
      });
    },
  );

  it("is NaN for NaN of any bits", () => {
    const bits = Int32Array.of(-1, 0x7f800001, 0x7fffffff, -4194304);
    for (const [formula] of Object.values(TABLE)) {
      const ys = compute(formula, new Float32Array(bits.buffer), false);
      expect([...ys].every((y) => Number.isNaN(y))).toBe(true);
    }
  });

  it("follows Math.pow for every pair of special numbers", () => {
    const numbers = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      0.5,
      -0.5,
      3,
      -3,
      2.5,
      1e300,
      -1e300,
      5e-324,
      2 ** 53 + 2,
      Infinity,
      -Infinity,
      Number.NaN,
    ];
    const pairs = numbers.flatMap((x) => numbers.map((y) => [x, y] as const));
    const body = new Body();
    const y = pow(body, body.load(0, "f64"), body.load(1, "f64"));
    const harness = harnessOf(emitLoop(mapOf(body, y, pairs.length, "f64", 2)), [
      Float64Array.from(pairs, ([x]) => x),
      Float64Array.from(pairs, ([, e]) => e),
      new Float64Array(pairs.length),
    ]);
    harness.run();
    const got = harness.read(2);
    pairs.forEach(([x, e], i) => {
      const want = x ** e;
      const close = Math.abs(got[i]! - want) <= 4e-16 * Math.abs(want);
      expect(Object.is(got[i], want) || close, `${x} ** ${e}: ${got[i]}, not ${want}`).toBe(true);
    });
  });

  it("follows Math.atan2 in every quadrant", () => {
    const numbers = [0, -0, 1, -1, 1e300, -1e300, 1.7e308, 5e-324, Infinity, -Infinity];
    for (const y of numbers) {
      const ys = compute((b, x) => atan2(b, b.constant(y, "f64"), x), Float64Array.from(numbers), false);
      numbers.forEach((x, i) => {
        const want = Math.atan2(y, x);
        expect(
          Object.is(ys[i], want) || Math.abs(ys[i]! - want) <= 5e-16 * Math.abs(want),
          `${y}, ${x}: ${ys[i]}`,
        ).toBe(true);
      });
    }
  });
});

const golden = JSON.parse(
  readFileSync(new URL("../../../program/expansions/golden/functions.json", import.meta.url), "utf8"),
) as Record<string, readonly (readonly number[])[]>;

/** The rows hold x, the double next to f(x), and what that lacks. */
function worstOfRows(formula: Formula, rows: readonly (readonly number[])[], fma: boolean): number {
  const ys = compute(
    formula,
    Float64Array.from(rows, ([x]) => x!),
    fma,
  );
  let most = 0;
  rows.forEach(([, value = 0, rest = 0], i) => {
    if (value === 0) most = Math.max(most, ys[i] === 0 ? 0 : Infinity);
    else most = Math.max(most, Math.abs(ys[i]! - value - rest) / unitOf(value, 52, -1022));
  });
  return most;
}

describe.each(FMA)("functions in f64, FMA %s", (fma) => {
  const names = Object.keys(TABLE).filter((name) => name in golden);

  it.each(names)("%s agrees with arbitrary precision", (name) => {
    const [formula, , , bound] = TABLE[name]!;
    expect(worstOfRows(formula, golden[name]!, fma)).toBeLessThanOrEqual(bound);
  });

  it("powers agree with arbitrary precision", () => {
    for (const y of new Set(golden["pow"]!.map((row) => row[1]!))) {
      const rows = golden["pow"]!.filter((row) => row[1] === y).map(([x, , value, rest]) => [x!, value!, rest!]);
      expect(worstOfRows(constant(y), rows, fma)).toBeLessThanOrEqual(2);
    }
  });
});

describe("the interpreter", () => {
  it.each(Object.keys(TABLE))("computes %s to the same bits, f32 and f64", (name) => {
    const [formula] = TABLE[name]!;
    const specials = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 1e-40, 5e-324, -88, 700, -745.5, 1e300];
    const xs = [...specials, ...numbersOf(1e-8, 200, 120), ...numbersOf(0.1, 3, 120)];
    for (const data of [Float32Array.from(xs), Float64Array.from(xs)]) {
      const dtype = data instanceof Float32Array ? "f32" : "f64";
      const body = new Body();
      const y = formula(body, body.load(0, dtype));
      const kernel = mapOf(body, y, xs.length, dtype);
      agree(kernel, emitLoop(kernel), [data, data.slice().fill(0)]);
    }
  });
});

describe("these tests", () => {
  it("find a coefficient that is off in its sixth digit, and a slope that is doubled", () => {
    const off =
      (formula: Formula, digits: number): Formula =>
      (b, x) => {
        const bent = new Body();
        const y = formula(bent, bent.load(0, x.dtype as Width));
        const ids: Value[] = [];
        bent.instructions.forEach((i, id) => {
          const small =
            i.op === "constant" && (i.dtype === "f32" || i.dtype === "f64") && Math.abs(Number(i.value) - 1 / 6) < 1e-3;
          const at = { ...i } as Record<string, unknown>;
          for (const key of ["x", "y", "z", "condition"]) if (key in at) at[key] = ids[at[key] as number]!.id;
          if (small) at["value"] = Number(at["value"]) * (1 + digits);
          b.instructions.push(at as never);
          ids[id] = { id: b.instructions.length - 1, dtype: i.dtype };
        });
        return ids[y.id]!;
      };
    const xs = numbersOf(1e-3, 12, 20_000);
    expect(worst(off(exp, 0), Math.exp, xs, false)).toBeLessThanOrEqual(1);
    expect(worst(off(exp, 1e-4), Math.exp, xs, false)).toBeGreaterThan(10);
    expect(worstOfRows(off(exp, 0), golden["exp"]!, false)).toBeLessThanOrEqual(1);
    expect(worstOfRows(off(exp, 1e-12), golden["exp"]!, false)).toBeGreaterThan(10);
    expect(worst((b, x) => sinh(b, b.add(x, x)), Math.sinh, xs, false)).toBeGreaterThan(1e6);
  });
});
