// Golden derivatives: 80-digit arithmetic and torch 1.13 (see `origin` in golden/autodiff.json), the tutorial's examples (golden/seed-values.json).
import { describe, expect, it } from "vitest";
import {
  array,
  checkGradient,
  grad,
  hessian,
  jacobian,
  type NDArray,
  type Scalar,
  scalar,
  stack,
  valueAndGrad,
  where,
} from "../index.ts";
import * as ops from "../ops/index.ts";
import reference from "./golden/autodiff.json" with { type: "json" };
import seeds from "./golden/seed-values.json" with { type: "json" };

const close = (actual: number, expected: number, rtol: number): void => {
  if (Math.abs(actual - expected) > rtol * Math.abs(expected) + 1e-14) expect(actual).toBe(expected);
};

const UNARY: Readonly<Record<string, (x: Scalar) => Scalar>> = {
  exp: (x) => x.exp(),
  log: (x) => x.log(),
  log1p: (x) => x.log1p(),
  expm1: ops.expm1,
  sqrt: (x) => x.sqrt(),
  rsqrt: ops.rsqrt,
  reciprocal: ops.reciprocal,
  square: (x) => x.square(),
  sin: (x) => x.sin(),
  cos: (x) => x.cos(),
  tan: ops.tan,
  asin: ops.asin,
  acos: ops.acos,
  atan: ops.atan,
  sinh: ops.sinh,
  cosh: ops.cosh,
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
  logSigmoid: ops.logSigmoid,
  softplus: ops.softplus,
  relu: (x) => x.relu(),
  "leakyRelu(0.1)": (x) => ops.leakyRelu(x, { slope: 0.1 }),
  "elu(1)": (x) => ops.elu(x),
  silu: ops.silu,
  gelu: (x) => ops.gelu(x),
  geluTanh: (x) => ops.gelu(x, { approximate: true }),
  erf: ops.erf,
  softsign: ops.softsign,
  abs: (x) => x.abs(),
  "pow(x,3)": (x) => x.pow(3),
  "pow(x,2.5)": (x) => x.pow(2.5),
  "pow(x,-2)": (x) => x.pow(-2),
  "pow(2,x)": (x) => ops.power(scalar(2), x) as Scalar,
  "huber(1)": (x) => where(x.abs().lessEqual(1), x.square().mul(0.5), x.abs().sub(0.5)) as Scalar,
};
const BINARY: Readonly<Record<string, (a: Scalar, b: Scalar) => Scalar>> = {
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b),
  pow: (a, b) => ops.power(a, b) as Scalar,
  atan2: (a, b) => ops.atan2(a, b) as Scalar,
  hypot: (a, b) => ops.hypot(a, b) as Scalar,
  "norm of [a, b]": (a, b) => stack([a, b]).norm(),
  logAddExp: (a, b) => ops.logAddExp(a, b) as Scalar,
  "logSumExp of [a, b]": (a, b) => stack([a, b]).logSumExp(),
};

describe("unary operations against 80-digit arithmetic", () => {
  for (const { op, x, value, first, second, third } of reference.unary) {
    it(`${op} at ${x}`, () => {
      const f = UNARY[op]!;
      const f1 = (y: Scalar): Scalar => grad(f)(y);
      const f2 = (y: Scalar): Scalar => grad(f1)(y);
      const f3 = (y: Scalar): Scalar => grad(f2)(y);
      close(f(scalar(x)).item(), value, 1e-13);
      close(f1(scalar(x)).item(), first, 1e-13);
      close(f2(scalar(x)).item(), second, 1e-12);
      close(f3(scalar(x)).item(), third, 1e-11);
    });
  }
});

describe("binary operations against 80-digit arithmetic", () => {
  /** Two operations that are reductions of a pair as well. */
  const also: Readonly<Record<string, string>> = { hypot: "norm of [a, b]", logAddExp: "logSumExp of [a, b]" };
  const cases = reference.binary.flatMap((row) => [row.op, also[row.op] ?? []].flat().map((by) => ({ ...row, by })));
  for (const { by, a, b, value, gradient, hessian: second } of cases) {
    it(`${by} at (${a}, ${b})`, () => {
      const f = BINARY[by]!;
      const g = (p: NDArray): Scalar => f(p.at(0) as Scalar, p.at(1) as Scalar);
      close(g(array([a, b])).item(), value, 1e-13);
      grad(g)([a, b])
        .toArray()
        .forEach((v, i) => {
          close(v, gradient[i]!, 1e-13);
        });
      hessian(g)([a, b])
        .toArray()
        .forEach((v, i) => {
          close(v, second.flat()[i]!, 1e-12);
        });
    });
  }
});

const slope = (f: (x: Scalar) => Scalar, x: number): number => grad(f)(x).item();

describe("conventions at kinks", () => {
  it("|x|, relu, sign and rounding have slope 0", () => {
    expect(slope((x) => x.abs(), 0)).toBe(0);
    expect(slope((x) => x.relu(), 0)).toBe(0);
    expect(slope((x) => x.sign(), 0)).toBe(0);
    expect(slope((x) => x.sign(), 2)).toBe(0);
    expect(slope((x) => x.floor().add(x.round()), 1.25)).toBe(0);
  });
  it("ties of maximum, minimum and max share", () => {
    const both = (f: (a: Scalar, b: Scalar) => Scalar) =>
      grad((p: { a: Scalar; b: Scalar }) => f(p.a, p.b))({ a: 3, b: 3 });
    expect(both((a, b) => a.maximum(b)).a.item()).toBe(0.5);
    expect(both((a, b) => a.minimum(b)).b.item()).toBe(0.5);
    expect(grad((x: NDArray) => x.max())([2, 5, 5, 5]).toArray()).toEqual([0, 1 / 3, 1 / 3, 1 / 3]);
  });
  it("norm has gradient 0 at 0 and does not overflow at 1e200", () => {
    expect(grad((x: NDArray) => x.norm())([0, 0]).toArray()).toEqual([0, 0]);
    expect(array([3e200, 4e200]).norm().item()).toBeCloseTo(5e200, -190);
    expect(grad((x: NDArray) => x.norm())([3e200, 4e200]).toArray()).toEqual([0.6, 0.8]);
  });
  it("clip has slope 1 at both ends and 0 outside", () => {
    expect([0, 1, 0.5, -0.1, 1.1].map((x) => slope((v) => v.clip(0, 1), x))).toEqual([1, 1, 1, 0, 0]);
  });
  it("powers at 0: slope and curvature by the exponent", () => {
    expect(slope((x) => x.pow(2), 0)).toBe(0);
    expect(slope((x) => grad((y: Scalar) => y.pow(2))(x), 0)).toBe(2);
    expect(slope((x) => x.pow(1), 0)).toBe(1);
    expect(slope((x) => x.pow(0), 0)).toBe(0);
    expect(slope((x) => x.pow(0.5), 0)).toBe(Infinity);
    expect(slope((x) => x.sqrt(), 0)).toBe(Infinity);
  });
  it("powers of two arrays at 0: slope in the exponent 0 for positive ones, slope in the base 0 for exponent 0", () => {
    const inExponent = (x: number, p: number): number => slope((y) => ops.power(scalar(x), y) as Scalar, p);
    const inBase = (x: number, p: number): number => slope((y) => ops.power(y, p) as Scalar, x);
    expect([inExponent(0, 2), inExponent(0, 0.5)]).toEqual([0, 0]);
    expect([inBase(0, 2), inBase(0, 1), inBase(0, 0), inBase(0, 0.5)]).toEqual([0, 1, 0, Infinity]);
    expect(inBase(-2, 3)).toBe(12); // no logarithm is formed
    // ∂²(xʸ)/∂x∂y = 1/x at y = 0, where the factor y of the slope is exactly 0
    expect(slope((y) => grad((x: Scalar) => ops.power(x, y) as Scalar)(2), 0)).toBe(0.5);
  });
  it("x·log y is 0 at x = 0, with the slopes of the limit", () => {
    expect(ops.xlogy(scalar(0), 0).item()).toBe(0);
    expect(slope((x) => ops.xlogy(x, 0) as Scalar, 0)).toBe(-Infinity);
    expect(slope((y) => ops.xlogy(scalar(0), y) as Scalar, 0)).toBe(0);
    expect(slope((x) => ops.xlogy(x, x) as Scalar, 0.5)).toBe(1 + Math.log(0.5));
  });
  it("hypot and atan2 have gradient 0 at the origin and survive 1e200", () => {
    for (const f of [ops.hypot, ops.atan2]) {
      const g = grad((p: NDArray) => f(p.at(0), p.at(1)) as Scalar);
      expect(g([0, 0]).toArray().map(Math.abs)).toEqual([0, 0]);
    }
    const far = (f: (y: NDArray, x: NDArray) => NDArray, expected: readonly number[]): void =>
      grad((p: NDArray) => f(p.at(0), p.at(1)) as Scalar)([3e200, 4e200])
        .toArray()
        .forEach((v, i) => {
          close(v / expected[i]!, 1, 1e-15);
        });
    far(ops.hypot, [0.6, 0.8]);
    far(ops.atan2, [1.6e-201, -1.2e-201]);
  });
  it("rounding has slope 0", () => {
    for (const f of [ops.ceil, ops.trunc]) expect([slope(f, 1.25), slope(f, 2)]).toEqual([0, 0]);
  });
  it("where keeps the branch that is not taken out, at first and second order", () => {
    const safeSqrt = (x: Scalar): Scalar => where(x.greater(0), x.sqrt(), 0) as Scalar;
    const safeLog = (x: Scalar): Scalar => where(x.greater(0), x.log(), 0) as Scalar;
    for (const [f, x] of [
      [safeSqrt, 0],
      [safeSqrt, -1],
      [safeLog, 0],
      [safeLog, -1],
    ] as const) {
      expect(f(scalar(x)).item()).toBe(0);
      expect(slope(f, x)).toBe(0);
      expect(slope((y) => grad(f)(y), x)).toBe(0);
    }
  });
});

describe("traps", () => {
  it("where keeps overflow in the branch that is not taken out, through products too", () => {
    const branches: readonly ((x: Scalar) => Scalar)[] = [
      (x) => x.exp(),
      (x) => x.mul(x.exp()),
      (x) => x.exp().square(),
      (x) => x.exp().mul(0).add(x),
    ];
    for (const branch of branches) {
      const f = (x: Scalar): Scalar => where(x.less(10), branch(x), x) as Scalar;
      expect(grad(f)(1000).item()).toBe(1);
      expect(grad((x: Scalar) => grad(f)(x))(1000).item()).toBe(0);
    }
  });
  it("(√x − 1)² has second derivative ½ at 1, where the adjoint of √ is 0", () => {
    const f = (x: Scalar): Scalar => x.sqrt().sub(1).square();
    expect(grad(f)(1).item()).toBe(0);
    expect(grad((x: Scalar) => grad(f)(x))(1).item()).toBe(0.5);
  });
  it("x·where(x > 0, √x, 0) has slope 0 at 0", () => {
    expect(grad((x: Scalar) => x.mul(where(x.greater(0), x.sqrt(), 0)) as Scalar)(0).item()).toBe(0);
  });
  it("log Σ exp of [1000, 1000] is finite with gradient ½, ½", () => {
    const pair = valueAndGrad((x: NDArray) => ops.logAddExp(x.at(0), x.at(1)) as Scalar)([1000, 1000]);
    expect(pair.value.item()).toBeCloseTo(1000.6931471805599, 10);
    expect(pair.grad.toArray()).toEqual([0.5, 0.5]);
    const { value, grad: g } = valueAndGrad((x: NDArray) => x.logSumExp())([1000, 1000]);
    expect(value.item()).toBeCloseTo(1000.6931471805599, 10);
    expect(g.toArray()).toEqual([0.5, 0.5]);
    expect(array([-Infinity, 0]).logSumExp().item()).toBe(0);
    expect(array([-Infinity, -Infinity]).logSumExp().item()).toBe(-Infinity);
    const sum = (a: number, b: number): number => ops.logAddExp(scalar(a), b).item();
    expect([sum(-Infinity, 0), sum(-Infinity, -Infinity), sum(Infinity, 1)]).toEqual([0, -Infinity, Infinity]);
    expect(slope((x) => ops.logAddExp(x, -Infinity) as Scalar, -Infinity)).toBe(0.5);
    expect(slope((x) => ops.logAddExp(x, -Infinity) as Scalar, 3)).toBe(1);
  });
  it("softmax of [1000, 0] is flat", () => {
    expect(array([1000, 0]).softmax().toArray()).toEqual([1, 0]);
    expect(
      grad((x: NDArray) => x.softmax().at(0) as Scalar)([1000, 0])
        .abs()
        .toArray(),
    ).toEqual([0, 0]);
  });
  it("σ' keeps its digits at ±30", () => {
    for (const x of [30, -30]) close(grad((v: Scalar) => v.sigmoid())(x).item(), 9.357622968839299e-14, 1e-13);
  });
});

describe("graphs", () => {
  it("micrograd's README", () => {
    const f = (p: { a: Scalar; b: Scalar }): Scalar => {
      const { a, b } = p;
      let c = a.add(b);
      let d = a.mul(b).add(b.pow(3));
      c = c.add(c.add(1));
      c = c.add(c.add(1).add(a.neg()));
      d = d.add(d.mul(2).add(b.add(a).relu()));
      d = d.add(d.mul(3).add(b.sub(a).relu()));
      const e = c.sub(d);
      const g = e.pow(2);
      return g.div(2).add(scalar(10).div(g));
    };
    const { value, grad: g } = valueAndGrad(f)({ a: -4, b: 2 });
    const [first] = reference.graphs;
    close(value.item(), first!.value, 1e-13);
    close(g.a.item(), first!.gradient.a!, 1e-13);
    close(g.b.item(), first!.gradient.b!, 1e-13);
    expect(checkGradient(f, { a: -4, b: 2 }, { rtol: 1e-5 }).passed).toBe(true);
  });
  it("micrograd's test", () => {
    const f = (x: Scalar): Scalar => {
      const z = x.mul(2).add(2).add(x);
      const q = z.relu().add(z.mul(x));
      const h = z.mul(z).relu();
      return h.add(q).add(q.mul(x));
    };
    const { value, grad: g } = valueAndGrad(f)(-4);
    expect([value.item(), g.item()]).toEqual([-20, 46]);
  });
});

describe("the tutorial's examples", () => {
  it("gradient, norm and Hessian of x² + xy + y² at (1, 2)", () => {
    const f = (p: NDArray): Scalar =>
      p
        .square()
        .sum()
        .add(p.at(0).dot(p.at(1)));
    const { value, grad: g } = valueAndGrad(f)([1, 2]);
    expect(value.item()).toBe(seeds.gradient.value);
    expect(g.toArray()).toEqual(seeds.gradient.gradient);
    close(g.norm().item(), seeds.gradient.norm, 1e-15);
    expect(hessian(f)([1, 2]).toNested()).toEqual(seeds.gradient.hessian);
  });
  it("Jacobian of [x·eʸ, x², sin xy] at (1, 2), in both modes", () => {
    const f = (p: NDArray): NDArray =>
      stack([p.at(0).mul(p.at(1).exp()), p.at(0).square(), p.at(0).mul(p.at(1)).sin()]);
    for (const mode of ["forward", "reverse", "auto"] as const) {
      jacobian(f, { mode })([1, 2])
        .toArray()
        .forEach((v, i) => {
          close(v, seeds.jacobian.jacobian.flat()[i]!, 1e-14);
        });
    }
  });
  it("attention of three words, with the gradient of its squared output in all four matrices", () => {
    const { attention } = seeds;
    const dk = attention.WK[0]!.length;
    const attend = (p: { X: NDArray; WQ: NDArray; WK: NDArray; WV: NDArray }): NDArray => {
      const scores = p.X.matmul(p.WQ).matmul(p.X.matmul(p.WK).T).div(Math.sqrt(dk));
      return scores.softmax().matmul(p.X.matmul(p.WV));
    };
    const { X, WQ, WK, WV } = attention;
    const output = attend({ X: array(X), WQ: array(WQ), WK: array(WK), WV: array(WV) });
    output.toArray().forEach((v, i) => {
      close(v, attention.output.flat()[i]!, 1e-12);
    });
    const g = grad((p: Parameters<typeof attend>[0]) => attend(p).square().sum())({ X, WQ, WK, WV });
    for (const name of ["X", "WQ", "WK", "WV"] as const) {
      g[name].toArray().forEach((v, i) => {
        close(v, attention.gradientOfSumOfSquaredOutput[name].flat()[i]!, 1e-12);
      });
    }
  });
});
