// Random programs compiled to WebAssembly, against the reference backend.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyArray, array, type Backend, compile, type NDArray, referenceBackend } from "../../src/index.ts";
import { erf, exp2, expm1, log1p, softplus } from "../../src/ops/index.ts";
import type { Body } from "../../src/program/kernels/body.ts";
import type { Schedule, Step } from "../../src/program/kernels/schedule.ts";
import { difference, differentNumber, distance, on, plain, variant, withoutReuse } from "./backends.ts";
import { exactPrograms, type RandomProgram, smoothPrograms } from "./random-programs.ts";

const RUNS = Number(process.env["STEEPEST_LAW_RUNS"] ?? 150);

function run(backend: Backend, { f, inputs }: RandomProgram): AnyArray[] {
  return on(backend, () => compile(f as (...xs: NDArray[]) => NDArray[])(...(inputs as NDArray[])));
}

type Judge = (program: RandomProgram) => string | undefined;

/** The law fails with the program that breaks it. */
function holds(programs: fc.Arbitrary<RandomProgram>, judge: Judge, numRuns = RUNS): void {
  fc.assert(
    fc.property(programs, (program) => {
      expect(judge(program), program.text).toBeUndefined();
    }),
    { numRuns },
  );
}

const exact =
  (backend: Backend): Judge =>
  (program) =>
    differentNumber(run(backend, program), run(referenceBackend, program));

const narrow = (x: AnyArray): AnyArray => x.astype("f32");

describe("random programs through WebAssembly", () => {
  it("exact in f64: the numbers of the reference", () => holds(exactPrograms(24), exact(plain)));

  it("exact with NaN, ∞ and −0: the numbers of the reference", () => {
    const SPECIAL = [Number.NaN, Infinity, -Infinity, -0, 0, 1];
    holds(exactPrograms(16), (program) => {
      const inputs = program.inputs.map((x, i) => {
        const data = Float64Array.from(x.toArray(), (v, k) =>
          (k + i) % 3 === 0 ? SPECIAL[Math.abs(v * 5 + k) % 6]! : v,
        );
        return array(data).reshape(...x.shape);
      });
      return exact(plain)({ ...program, inputs });
    });
  });

  it("in subnormal numbers: the bits of the reference", () => {
    const least = { f64: 2 ** -1074, f32: 2 ** -149 };
    for (const dtype of ["f64", "f32"] as const) {
      const x = array(
        Float64Array.from({ length: 77 }, (_, i) => ((i * 37) % 19) - 9).map((v) => v * least[dtype]),
        { dtype },
      );
      const f = (y: NDArray): NDArray[] => [
        y.sum(),
        y.mul(2).sub(y),
        y.reshape(7, 11).sum(0),
        y.maximum(y.neg()),
        y.mul(0.5),
      ];
      const program = { inputs: [x as NDArray], f: f as RandomProgram["f"], text: "" };
      expect(difference(run(plain, program), run(referenceBackend, program))).toBeUndefined();
      expect(
        run(plain, program)[1]!
          .toArray()
          .some((v) => v !== 0),
      ).toBe(true);
    }
  });

  it("functions, norms and products in f64: within 1e-11 of the reference", () =>
    holds(smoothPrograms(10), (program) => distance(run(plain, program), run(referenceBackend, program), 1e-11)));

  it("in f32: near those in f64", () =>
    holds(smoothPrograms(8), ({ inputs, f, text }) =>
      distance(run(plain, { inputs: inputs.map(narrow), f, text }), run(referenceBackend, { inputs, f, text }), 2e-4),
    ));

  it("unfused, unsimplified and without reuse of memory: the same bits", () => {
    const ways = [
      { passes: { fuse: false } },
      { passes: { simplify: false } },
      { passes: { fuse: false, simplify: false }, change: withoutReuse },
      { change: withoutReuse },
    ].map(variant);
    const judge: Judge = (program) => {
      const expected = run(plain, program);
      return ways.map((way) => difference(run(way, program), expected)).find((found) => found !== undefined);
    };
    holds(exactPrograms(24), judge, RUNS / 3);
    holds(smoothPrograms(16), judge, RUNS / 3);
    holds(smoothPrograms(16), ({ inputs, f, text }) => judge({ inputs: inputs.map(narrow), f, text }), RUNS / 3);
  });

  it("as single operations: the same bits", () => {
    const judge: Judge = (program) =>
      difference(
        on(plain, () => program.f(...program.inputs)),
        run(plain, program),
      );
    holds(exactPrograms(16), judge);
    holds(smoothPrograms(16), judge);
    holds(smoothPrograms(16), ({ inputs, f, text }) => judge({ inputs: inputs.map(narrow), f, text }));
  });
});

/** Largest error in units in the last place of f32, against f64: the bounds that the functions promise. */
const FUNCTIONS: Record<
  string,
  readonly [(x: NDArray) => NDArray, f32: number, f64: number, low: number, high: number]
> = {
  exp: [(x) => x.exp(), 1, 2, -100, 88],
  exp2: [exp2, 1, 2, -140, 127],
  expm1: [expm1, 2, 3, -30, 80],
  log: [(x) => x.log(), 1, 2, 1e-38, 1e38],
  log1p: [log1p, 2, 3, -0.99, 1e30],
  tanh: [(x) => x.tanh(), 2, 3, -20, 20],
  sigmoid: [(x) => x.sigmoid(), 2, 4, -80, 80],
  softplus: [softplus, 2, 4, -80, 80],
  erf: [erf, 2, 4, -6, 6],
  sin: [(x) => x.sin(), 2, 3, -1e5, 1e5],
  cos: [(x) => x.cos(), 2, 3, -1e5, 1e5],
  sqrt: [(x) => x.sqrt(), 0.5, 0, 0, 1e38],
};

/** The size of the last place of y. */
function place(y: number, dtype: "f32" | "f64"): number {
  const exponent = y === 0 ? -Infinity : Math.floor(Math.log2(Math.abs(y)));
  return dtype === "f32" ? 2 ** Math.max(exponent - 23, -149) : 2 ** Math.max(exponent - 52, -1074);
}

/** Points of all sizes between two bounds, most of them near 0. */
function pointsOf(low: number, high: number, dtype: "f32" | "f64"): NDArray {
  const data = Float64Array.from({ length: 4000 }, (_, i) => {
    const u = ((i * 2654435761) % 2 ** 32) / 2 ** 32;
    const v = high * 10 ** (-12 * u) * (i % 2 === 0 || low >= 0 ? 1 : low / high);
    return Math.min(high, Math.max(low, v));
  });
  return array(data, { dtype }) as NDArray;
}

function worstError(backend: Backend, name: string, dtype: "f32" | "f64"): number {
  const [f, , , low, high] = FUNCTIONS[name]!;
  const x = pointsOf(low, high, dtype);
  const found = on(backend, () => compile(f)(x)).toArray();
  const truth = on(referenceBackend, () => f(x.astype("f64") as NDArray)).toArray();
  return Math.max(...found.map((y, i) => Math.abs(y - truth[i]!) / place(truth[i]!, dtype)));
}

describe("functions", () => {
  it.each(Object.keys(FUNCTIONS))("%s is as exact as it promises, compiled", (name) => {
    const [, f32, f64] = FUNCTIONS[name]!;
    expect(worstError(plain, name, "f32")).toBeLessThanOrEqual(f32);
    expect(worstError(plain, name, "f64")).toBeLessThanOrEqual(f64);
  });

  it("the bounds find constants of an expansion that are off by 1e-6", () => {
    const nudge = (body: Body): Body => {
      const other = Object.assign(Object.create(Object.getPrototypeOf(body)), body);
      const instructions = body.instructions.map((x) =>
        x.op === "constant" && typeof x.value === "number" ? { ...x, value: x.value * (1 + 1e-6) } : x,
      );
      return Object.defineProperty(other, "instructions", { value: instructions });
    };
    const change = (s: Schedule): Schedule =>
      eachStep(s, (step) =>
        step.kind === "loop" ? { ...step, stages: step.stages.map((x) => ({ ...x, body: nudge(x.body) })) } : step,
      );
    for (const name of ["exp", "tanh", "erf", "sin"]) {
      expect(worstError(variant({ change }), name, "f32") <= 4, name).toBe(false); // NaN is not within, either
    }
  });
});

describe("products of matrices", () => {
  const EXTENTS = [1, 2, 3, 5, 7, 8, 9, 31, 37, 64, 129, 257, 300];
  const extent = fc.constantFrom(...EXTENTS);
  const case_ = fc.record({
    m: extent,
    n: extent,
    k: extent,
    left: fc.boolean(),
    right: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1e6 }),
  });
  const matrix = (rows: number, columns: number, turned: boolean, seed: number): NDArray => {
    let s = seed;
    const data = Float64Array.from({ length: rows * columns }, () => {
      s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
      return Math.fround(s / 2 ** 31 - 1);
    });
    return turned ? array(data).reshape(columns, rows).T : array(data).reshape(rows, columns);
  };
  const γ = (k: number, u: number): number => (k * u) / (1 - k * u);

  const outside = (
    backend: Backend,
    dtype: "f32" | "f64",
    c: typeof case_ extends fc.Arbitrary<infer T> ? T : never,
  ) => {
    const a = matrix(c.m, c.k, c.left, c.seed);
    const b = matrix(c.k, c.n, c.right, c.seed + 1);
    const product = on(backend, () =>
      compile((x: NDArray, y: NDArray) => x.matmul(y))(a.astype(dtype) as NDArray, b.astype(dtype) as NDArray),
    );
    const [truth, sizes] = on(referenceBackend, () => [a.matmul(b).toArray(), a.abs().matmul(b.abs()).toArray()]);
    // The truth is off by as much in f64.
    const bound = γ(c.k, dtype === "f32" ? 2 ** -24 : 2 ** -53) + γ(c.k, 2 ** -53);
    return product.toArray().findIndex((v, i) => !(Math.abs(v - truth[i]!) <= bound * sizes[i]!));
  };

  for (const dtype of ["f64", "f32"] as const) {
    it(`in ${dtype}, plain and turned: |C − AB| ≤ γ_K·|A||B|`, () => {
      fc.assert(
        fc.property(case_, (c) => outside(plain, dtype, c) === -1),
        { numRuns: RUNS / 2 },
      );
    });
  }

  it("the bound finds a product whose last term is missing", () => {
    const short = variant({
      change: (s) => eachStep(s, (step) => (step.kind === "matmul" ? { ...step, k: step.k - 1 } : step)),
    });
    expect(outside(short, "f32", { m: 37, n: 31, k: 300, left: false, right: false, seed: 5 })).not.toBe(-1);
  });
});

function eachStep(schedule: Schedule, change: (step: Step) => Step): Schedule {
  return { ...schedule, steps: schedule.steps.map(change) };
}

describe("the laws find planted mistakes", () => {
  const broken = (judge: Judge, programs = exactPrograms(24)): boolean =>
    fc.check(
      fc.property(programs, (program) => judge(program) === undefined),
      { numRuns: RUNS, endOnFailure: true },
    ).failed;

  it("none in the engine as it is", () => expect(broken(exact(variant({})))).toBe(false));

  it("a loop that leaves out its last element", () => {
    const change = (s: Schedule) =>
      eachStep(s, (step) => (step.kind === "loop" && step.inner > 1 ? { ...step, inner: step.inner - 1 } : step));
    expect(broken(exact(variant({ change })))).toBe(true);
  });

  it("strides that are swapped", () => {
    const change = (s: Schedule) =>
      eachStep(s, (step) =>
        step.kind === "loop"
          ? { ...step, accesses: step.accesses.map((a) => ({ ...a, strides: [...a.strides].reverse() })) }
          : step,
      );
    expect(broken(exact(variant({ change })))).toBe(true);
  });

  it("a place that is given to another buffer while it is read", () => {
    const change = (s: Schedule): Schedule => {
      const own = new Set([...s.inputs, ...s.constants.map(({ buffer }) => buffer)]);
      const written = s.steps.flatMap((step) => (step.kind === "loop" ? step.accesses.at(-1)!.buffer : []));
      const [first, second] = written.filter((b) => !own.has(b));
      if (first === undefined || second === undefined || first === second) return s;
      const { dtype, size } = s.buffers[second]!;
      if (s.buffers[first]!.dtype !== dtype || s.buffers[first]!.size < size) return s;
      const moved = (step: Step): Step =>
        step.kind === "loop"
          ? { ...step, accesses: step.accesses.map((a) => (a.buffer === second ? { ...a, buffer: first } : a)) }
          : step;
      const outputs = s.outputs.map((x) => ("buffer" in x && x.buffer === second ? { ...x, buffer: first } : x));
      return s.steps.every(({ kind }) => kind === "loop") ? { ...eachStep(s, moved), outputs } : s;
    };
    expect(broken(exact(variant({ change })))).toBe(true);
  });

  it("a function that is off by 1e-9, and a result that is lost in f32", () => {
    const close: Judge = (program) => {
      const off = { ...program, f: (...xs: AnyArray[]) => program.f(...xs).map((y) => (y as NDArray).mul(1 + 1e-9)) };
      return distance(run(plain, off), run(referenceBackend, program), 1e-11);
    };
    expect(broken(close, smoothPrograms(10))).toBe(true);
    const change = (s: Schedule) =>
      eachStep(s, (step) => (step.kind === "loop" && step.inner > 1 ? { ...step, inner: step.inner - 1 } : step));
    const near: Judge = ({ inputs, f, text }) =>
      distance(
        run(variant({ change }), { inputs: inputs.map(narrow), f, text }),
        run(referenceBackend, { inputs, f, text }),
        2e-4,
      );
    expect(broken(near, smoothPrograms(8))).toBe(true);
  });
});
