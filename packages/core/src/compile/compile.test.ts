import { describe, expect, it } from "vitest";
import {
  array,
  BackendError,
  type CompileOptions,
  compile,
  cond,
  DomainError,
  grad,
  type HiddenBranch,
  hessian,
  jvp,
  type NDArray,
  onHost,
  type Scalar,
  scalar,
  scan,
  stack,
  TraceError,
  type TraceEvent,
  vmap,
  where,
  whileLoop,
} from "../index.ts";

const x = array([0.5, -1.5, 2]);
const v = array([1, -2, 0.5]);
const f = (y: NDArray): NDArray => where(y.greater(0), y.exp(), y.square()).mul(y);

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof TraceError || error instanceof BackendError || error instanceof DomainError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("compile", () => {
  it("gives the bits of the eager function", () => {
    expect(compile(f)(x).toArray()).toEqual(f(x).toArray());
    const step = (p: { w: NDArray; b: Scalar }, y: NDArray) => {
      const g = grad((q: typeof p) => y.mul(q.w).add(q.b).square().mean())(p);
      return { w: p.w.sub(g.w.mul(0.1)), b: p.b.sub(g.b.mul(0.1)) };
    };
    const [eager, compiled] = [step({ w: x, b: scalar(1) }, v), compile(step)({ w: x, b: 1 }, v)];
    expect(compiled.w.toArray()).toEqual(eager.w.toArray());
    expect(compiled.b.item()).toBe(eager.b.item());
  });

  it("traces once per signature and never for values", () => {
    let runs = 0;
    const events: TraceEvent[] = [];
    const g = compile(
      (p: { w: NDArray }) => {
        runs++;
        return p.w.sum();
      },
      { onTrace: (event) => events.push(event) },
    );
    g({ w: [1, 2] });
    g({ w: [3, 4] });
    g({ w: [1, 2, 3] });
    g({ w: array([1, 2], { dtype: "f32" }) });
    g({ w: [5, 6] });
    expect(runs).toBe(3);
    expect(g.stats).toMatchObject({ signatures: 3, kernels: 1, arenaBytes: 64 });
    expect(events.map(({ signature, reason, count }) => [signature, reason, count])).toEqual([
      ["0.w: f64[2]", "first call", 1],
      ["0.w: f64[3]", "0.w: f64[3] was f64[2]", 2],
      ["0.w: f32[2]", "0.w: f32[2] was f64[3]", 3],
    ]);
  });

  it("keeps the settings and takes the arrays of its closure", () => {
    let factor = 2;
    let bias = array([1, 1, 1]);
    const g = compile((y: NDArray) => y.mul(factor).add(bias));
    expect(g([1, 2, 3]).toArray()).toEqual([3, 5, 7]);
    factor = 10;
    bias = array([0, 0, 0]);
    expect(g([1, 2, 3]).toArray()).toEqual([3, 5, 7]);
  });

  it("returns structures, constants and arguments as they are", () => {
    const g = compile((y: NDArray) => ({ twice: y.mul(2), same: y, note: "kept", constant: array([7]) }));
    const { twice, same, note, constant } = g([1]);
    expect([twice.toArray(), same.toArray(), note, constant.toArray()]).toEqual([[2], [1], "kept", [7]]);
  });

  it("nests with every transform, both ways", () => {
    const loss = (y: NDArray): Scalar => f(y).square().sum();
    const compiledLoss = compile(loss);
    const ways: Readonly<Record<string, readonly [() => NDArray, () => NDArray]>> = {
      grad: [() => grad((y: NDArray) => compiledLoss(y))(x), () => compile((y: NDArray) => grad(loss)(y))(x)],
      jvp: [() => jvp((y) => compiledLoss(y), x, v).tangent, () => compile((y: NDArray) => jvp(loss, y, v).tangent)(x)],
      hessian: [() => hessian((y) => compiledLoss(y))(x), () => compile((y: NDArray) => hessian(loss)(y))(x)],
      vmap: [
        () => vmap((y: NDArray) => compiledLoss(y))(stack([x, v])),
        () => compile((Y: NDArray) => vmap(loss)(Y))(stack([x, v])),
      ],
      "vmap of grad": [
        () => vmap((y: NDArray) => grad((z: NDArray) => compiledLoss(z))(y))(stack([x, v])),
        () => compile((Y: NDArray) => vmap((y: NDArray) => grad(loss)(y))(Y))(stack([x, v])),
      ],
      compile: [() => compile((y: NDArray) => compiledLoss(y.mul(1)))(x), () => compile(loss)(x)],
    };
    const expected: Readonly<Record<string, NDArray>> = {
      grad: grad(loss)(x),
      jvp: jvp(loss, x, v).tangent,
      hessian: hessian(loss)(x),
      vmap: stack([loss(x), loss(v)]),
      "vmap of grad": stack([grad(loss)(x), grad(loss)(v)]),
      compile: loss(x),
    };
    for (const [name, pair] of Object.entries(ways)) {
      for (const way of pair) {
        way()
          .toArray()
          .forEach((entry, i) => {
            expect(entry, name).toBeCloseTo(expected[name]!.toArray()[i]!, 12);
          });
      }
    }
  });

  it("sees arrays of an outer trace anew at each call", () => {
    const outer = (w: NDArray): Scalar => compile((y: NDArray) => y.mul(w).sum())(x);
    expect(grad(outer)([1, 1, 1]).toArray()).toEqual(x.toArray());
    let shared: NDArray = x;
    const inner = compile((y: NDArray) => y.mul(shared).sum());
    const through = (w: NDArray): Scalar => {
      shared = w;
      return inner(x);
    };
    expect(grad(through)([1, 1, 1]).toArray()).toEqual(x.toArray());
    expect(grad(through)([2, 2, 2]).toArray()).toEqual(x.toArray()); // the second trace has its own w
  });

  it("compiles loops and branches", () => {
    const g = compile((y: NDArray) => {
      const [total] = scan((c: NDArray, e: NDArray) => [c.add(e), c] as const, scalar(0) as NDArray, y);
      const picked = cond(
        total.greater(0),
        () => y,
        () => y.neg(),
      );
      return whileLoop(
        (z: NDArray) => z.sum().less(10),
        (z: NDArray) => z.mul(2),
        picked,
        { maxSteps: 20 },
      );
    });
    expect(g(x).toArray()).toEqual(x.mul(16).toArray()); // Σ = 1, doubled until ≥ 10
    expect(g(x.neg()).toArray()).toEqual(x.mul(16).toArray());
    expect(g.stats.signatures).toBe(1);
  });

  it("shows its programs", () => {
    const g = compile((y: NDArray) => y.mul(2).sum());
    g([1, 2]);
    expect(g.inspect()).toContain("(0: f64[2])\nh0: f64[2] = input\n");
    expect(g.inspect()).toContain("h2: f64[] = sum(h1, axes 0)\nreturn h2\n");
    expect(g.inspect()).toMatch(/0: .* = rows \[ \| 2\]/); // one kernel
    expect(g.toDot()).toContain("n0 -> n1;");
  });
});

describe("host values", () => {
  it("are evaluated at every call, without a new trace, in the width that they meet", () => {
    const rate = (t: number) => (t < 2 ? 1 : 0.1 / t);
    const g = compile((y: NDArray, step: NDArray<"int">) => y.mul(onHost(rate, step)));
    const results = [0, 1, 2, 5, 1000].map((t) => g(array([1], { dtype: "f32" }), array(t, { dtype: "i32" })));
    expect(results.map((r) => [r.item(), r.dtype])).toEqual(
      [1, 1, 0.05, 0.02, 1e-4].map((r) => [Math.fround(r), "f32"]),
    );
    expect(g.stats.signatures).toBe(1);
  });
  it("are plain scalars outside, and constants for derivatives", () => {
    expect(onHost((a, b) => a + b, scalar(1), scalar(2)).item()).toBe(3);
    expect(onHost(() => 7).item()).toBe(7);
    expect(grad((y: Scalar) => y.mul(onHost((t) => t * t, y)))(3).item()).toBe(9);
  });
  it("may depend on other host values, not on what the program computes", () => {
    const fine = compile((t: Scalar) =>
      onHost(
        (s) => s + 1,
        onHost((s) => s * 2, t),
      ),
    );
    expect(fine(3).item()).toBe(7);
    expect(codeOf(() => compile((t: Scalar) => onHost((s) => s, t.add(1)))(3))).toBe("host-needs-input");
    const inScan = (y: NDArray) =>
      scan((c: Scalar, e: NDArray) => [c.add(onHost((t) => t, c)) as Scalar, e] as const, scalar(0), y)[0];
    expect(codeOf(() => compile(inScan)([1, 2]))).toBe("host-needs-input");
    expect(() => onHost((t) => t, array([1, 2]) as never)).toThrow("onHost: takes scalars, got an array of shape [2]");
  });
});

describe("refusals", () => {
  it("value-read: names the line and the replacement", () => {
    const bad = compile((y: NDArray) => (y.sum().item() > 0 ? y : y.neg()));
    let caught: unknown;
    try {
      bad([1]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TraceError);
    expect((caught as TraceError).code).toBe("value-read");
    expect((caught as TraceError).at).toMatch(/compile\.test\.ts:\d+/);
    expect((caught as TraceError).message).toContain("where(…)");
    expect(codeOf(() => compile((y: NDArray) => array(y.toArray()))([1]))).toBe("value-read");
    expect(codeOf(() => compile((y: NDArray) => y.mul(Number(y.toNested())))([1]))).toBe("value-read");
  });
  it("comparison: operators on arrays, eager or traced", () => {
    expect(codeOf(() => (x as unknown as number) > 1)).toBe("comparison");
    expect(codeOf(() => compile((y: NDArray) => ((y as unknown as number) > 0 ? y : y.neg()))([1]))).toBe("comparison");
    expect(codeOf(() => Number(x))).toBe("comparison");
    expect(`${array(2)}`).toBe("2");
  });
  it("leaked: an array used after its trace", () => {
    let kept: NDArray | undefined;
    compile((y: NDArray) => {
      kept = y.mul(2);
      return y;
    })([1]);
    expect(codeOf(() => kept!.add(1))).toBe("leaked");
    expect(codeOf(() => kept!.item())).toBe("value-read");
  });
  it("dynamic-shape: a selection by mask, eager or traced", () => {
    const mask = x.greater(0) as never;
    expect(codeOf(() => x.take(mask))).toBe("dynamic-shape");
    expect(codeOf(() => compile((y: NDArray) => y.take(y.greater(0) as never))([1, 2]))).toBe("dynamic-shape");
    expect(() => x.take(mask)).toThrow("choose with where(mask, x, neutral), or take a fixed number with topK");
    expect(codeOf(() => x.take(array([0.5]) as never))).toBe("not-integers");
  });
  it("positions that are arguments are checked at every call, example by example", () => {
    const pick = compile((y: NDArray, at: NDArray<"int">) => y.take(at));
    expect(pick([1, 2, 3], Int32Array.of(-1, 0)).toArray()).toEqual([3, 1]);
    expect(() => pick([1, 2, 3], Int32Array.of(0, 3))).toThrow(
      "take: position 3 (entry 1 of the indices) is outside of an axis with 3 entries",
    );
    const Y = array([
      [1, 2],
      [3, 4],
    ]);
    const each = vmap((y: NDArray, at: NDArray<"int">) => y.take(at));
    expect(each(Y, array([[-1], [-1]], { dtype: "i32" })).toNested()).toEqual([[2], [4]]);
    expect(() => each(Y, array([[0], [2]], { dtype: "i32" }))).toThrow("position 2");
  });
  it("async: a function that waits", () => {
    expect(codeOf(() => compile((async (y: NDArray) => y) as unknown as (y: NDArray) => NDArray)([1]))).toBe("async");
  });
  it("not-deterministic: in debug mode, a clock or outer state", () => {
    let count = 0;
    expect(codeOf(() => compile((y: NDArray) => y.mul(count++), { debug: true })([1]))).toBe("not-deterministic");
    expect(codeOf(() => compile((y: NDArray) => (count++ % 2 ? y.exp() : y.sin()), { debug: true })([1]))).toBe(
      "not-deterministic",
    );
    expect(compile((y: NDArray) => y.mul(2), { debug: true })([1]).toArray()).toEqual([2]);
  });
  it("no-reverse-rule: an unbounded loop backwards", () => {
    const loop = (y: Scalar) =>
      whileLoop(
        (z: Scalar) => z.less(10),
        (z: Scalar) => z.mul(2),
        y,
      );
    expect(codeOf(() => compile((y: Scalar) => grad(loop)(y))(1))).toBe("no-reverse-rule");
  });
  it("too-many-nodes: a warning where a loop is unrolled", () => {
    const warnings: string[] = [];
    const unrolled = compile(
      (y: Scalar) => {
        let z = y;
        for (let i = 0; i < 10_001; i++) z = z.add(1);
        return z;
      },
      { onTrace: (event) => warnings.push(...event.warnings) },
    );
    expect(unrolled(0).item()).toBe(10_001);
    expect(warnings).toEqual(["too-many-nodes: 10002 operations, probably a loop that was unrolled; use scan."]);
  });
  it("many signatures: a warning that a shape keeps changing", () => {
    const warnings: string[] = [];
    const g = compile((y: NDArray) => y.sum(), { onTrace: (event) => warnings.push(...event.warnings) });
    for (let n = 1; n <= 33; n++) g(array(new Float64Array(n)));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("33 signatures");
  });
  it("stale: an array that was donated", () => {
    const step = compile((w: NDArray, y: NDArray) => w.add(y), { donate: [0] });
    const w = array([1, 2]);
    const y = array([1, 1]);
    const next = step(w, y);
    expect(next.toArray()).toEqual([2, 3]);
    expect(y.toArray()).toEqual([1, 1]);
    expect(codeOf(() => w.toArray())).toBe("stale");
    expect(codeOf(() => w.add(1))).toBe("stale");
    expect(step(next, y).toArray()).toEqual([3, 4]);
    const same = compile((a: NDArray) => a, { donate: [0] });
    expect(same(y).toArray()).toEqual([1, 1]);
    expect(y.toArray()).toEqual([1, 1]);
  });
  it("arguments that are no arrays, and options that are none", () => {
    expect(() => compile((y: NDArray) => y)("text" as never)).toThrow(
      "compile: argument 0: the argument is string, not an array",
    );
    expect(() => compile((y: NDArray) => y, { debugg: true } as CompileOptions)).toThrow(
      'unknown option "debugg". Did you mean "debug"?',
    );
  });
});

describe("debug mode", () => {
  it("names the operation, its inputs, the line and the branch that made a NaN", () => {
    const g = compile((y: NDArray) => where(y.greater(-10), y.sub(1).log(), y).sum(), { debug: true });
    let caught: unknown;
    try {
      g([2, 0.5, 3]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DomainError);
    const { code, operation, message } = caught as DomainError;
    expect([code, operation]).toEqual(["nonfinite", "log"]);
    expect(message).toMatch(
      /^compile: log at .*compile\.test\.ts:\d+:\d+ gave NaN \(1 of 3 entries, the first at 1\): log\(a\) with a = -0\.5\. It reached the result through the yes branch of where at /,
    );
  });
  it("lets branches pass that are not taken, and reports them", () => {
    const hidden: HiddenBranch[] = [];
    const g = compile((y: NDArray) => where(y.greater(0), y.log(), 0).sum(), {
      debug: true,
      onHiddenBranch: (b) => hidden.push(...b),
    });
    expect(g([1, -1]).item()).toBe(0);
    expect(hidden).toMatchObject([{ branch: "yes", entries: 1 }]);
  });
  it("finds the origin inside of a gradient", () => {
    const g = compile((y: NDArray) => grad((z: NDArray) => z.sqrt().sum())(y), { debug: true });
    expect(() => g([4, 0])).toThrow(/gave Infinity \(1 of 2 entries, the first at 1\)/);
  });
  it("names an argument that is not finite", () => {
    expect(() => compile((y: NDArray) => y.mul(2), { debug: true })([1, Number.NaN])).toThrow(
      "argument 0 holds NaN (1 of 2 entries, the first at 1)",
    );
  });
});
