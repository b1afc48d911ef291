import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  array,
  checkGradient,
  gaussNewtonProduct,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  linearize,
  type NDArray,
  numericalGradient,
  type Scalar,
  scalar,
  stack,
  stopGradient,
  valueAndGrad,
  vjp,
} from "../index.ts";

describe("grad", () => {
  it("returns a tree of the structure of its argument", () => {
    const f = (p: { layers: { w: NDArray; b: Scalar }[]; scale: Scalar }): Scalar =>
      p.layers.reduce((sum, { w, b }) => sum.add(w.square().sum().mul(b)), scalar(0)).mul(p.scale);
    const g = grad(f)({
      layers: [
        { w: [1, 2], b: 3 },
        { w: [4], b: 5 },
      ],
      scale: 2,
    });
    expect(g.layers.map(({ w, b }) => [w.toArray(), b.item()])).toEqual([
      [[12, 24], 10],
      [[80], 32],
    ]);
    expect(g.scale.item()).toBe(5 * 3 + 16 * 5);
  });

  it("gives zeros of the right shape for a parameter that is not used", () => {
    const g = grad((p: { used: Scalar; spare: NDArray }) => p.used.square())({ used: 3, spare: [[1, 2]] });
    expect(g.spare.toNested()).toEqual([[0, 0]]);
  });

  it("counts an array twice that stands for two arguments", () => {
    const x = scalar(3);
    const g = grad((p: { a: Scalar; b: Scalar }) => p.a.mul(p.b))({ a: x, b: x });
    expect([g.a.item(), g.b.item()]).toEqual([3, 3]);
    expect(grad((v: Scalar) => v.mul(v))(x).item()).toBe(6);
  });

  it("treats arrays of the closure and further arguments as constants", () => {
    const data = array([1, 2, 3]);
    const f = (w: NDArray, y: NDArray): Scalar => data.mul(w).sub(y).square().sum();
    expect(grad(f)([1, 1, 1], [0, 0, 0]).toArray()).toEqual([2, 8, 18]);
  });

  it("follows branches and loops on values", () => {
    const f = (x: Scalar): Scalar => {
      let y = x;
      while (y.item() < 100) y = y.mul(x);
      return y;
    };
    expect(grad(f)(3).item()).toBe(5 * 3 ** 4); // 3⁵ is the first power ≥ 100
  });

  it("hands out what the function returns beside its loss", () => {
    const { value, aux } = valueAndGrad((w: NDArray) => {
      const prediction = w.mul(2);
      return { loss: prediction.sum(), aux: { prediction, note: "kept" } };
    })([1, 2]);
    expect(value.item()).toBe(6);
    expect(aux.prediction.toArray()).toEqual([2, 4]);
    expect(aux.note).toBe("kept");
    expect(aux.prediction.add(1).toArray()).toEqual([3, 5]); // no longer traced
  });

  it("keeps f32 in f32, also against f64 numbers and constants", () => {
    const x = array([1, 2, 3], { dtype: "f32" });
    const { value, grad: g } = valueAndGrad((w: NDArray) => w.mul(0.1).add(1e-3).square().mean())(x);
    expect([value.dtype, g.dtype]).toEqual(["f32", "f32"]);
  });

  it("works on empty arrays", () => {
    expect(grad((x: NDArray) => x.square().sum())([]).shape).toEqual([0]);
  });

  it("takes the norm at 0 as a constant, to every order", () => {
    expect(hessian((x) => x.norm().mul(5))([0, 0]).toArray()).toEqual([0, 0, 0, 0]);
    expect(
      hessian((x) => x.norm())([3, 4])
        .toArray()
        .map((v) => Number(v.toFixed(12))),
    ).toEqual([0.128, -0.096, -0.096, 0.072]);
  });

  it("stops at stopGradient, in every order", () => {
    const f = (x: Scalar): Scalar => x.mul(stopGradient(x.square()));
    expect(grad(f)(3).item()).toBe(9);
    expect(grad((x: Scalar) => grad(f)(x))(3).item()).toBe(0);
  });

  it("differentiates to any order, and inside of itself", () => {
    const derivatives = [(x: Scalar): Scalar => x.sin()];
    for (let n = 0; n < 5; n++) {
      const f = derivatives[n]!;
      derivatives.push((x) => grad(f)(x));
    }
    const expected = [Math.sin, Math.cos, (x: number) => -Math.sin(x), (x: number) => -Math.cos(x), Math.sin, Math.cos];
    derivatives.forEach((f, n) => {
      expect(f(scalar(0.7)).item()).toBeCloseTo(expected[n]!(0.7), 12);
    });
    // d/dx of x·(d/dy (x + y) at y = x) = x·1: the inner derivative must not see the outer direction.
    const mixed = grad((x: Scalar) => x.mul(grad((y: Scalar) => x.add(y))(x)));
    expect(mixed(5).item()).toBe(1);
  });
});

describe("transforms agree", () => {
  const f = (x: NDArray): NDArray => stack([x.at(0).mul(x.at(1)).sin(), x.exp().sum(), x.norm()]);
  const points = fc.tuple(fc.double({ min: 0.2, max: 2, noNaN: true }), fc.double({ min: -2, max: -0.2, noNaN: true }));

  it("jvp is J·v, vjp is Jᵀ·w, linearize is jvp", () => {
    fc.assert(
      fc.property(points, points, (x, v) => {
        const J = jacobian(f)(x);
        const forward = jvp(f, x, v).tangent.toArray();
        J.matmul(array(v))
          .toArray()
          .forEach((entry, i) => {
            expect(forward[i]).toBeCloseTo(entry, 12);
          });
        expect(linearize(f, x).tangent(v).toArray()).toEqual(forward);
        const w = [1, -2, 0.5];
        const backward = vjp(f, x).pullback(w).toArray();
        array(w)
          .matmul(J)
          .toArray()
          .forEach((entry, i) => {
            expect(backward[i]).toBeCloseTo(entry, 12);
          });
      }),
    );
  });

  it("forward and reverse Jacobians are equal, for every shape", () => {
    const g = (x: NDArray): NDArray => x.matmul(x.T).tanh();
    const x = array([
      [0.1, -0.4],
      [0.3, 0.2],
      [-0.5, 0.6],
    ]);
    const forward = jacobian(g, { mode: "forward" })(x);
    expect(forward.shape).toEqual([3, 3, 3, 2]);
    const reverse = jacobian(g, { mode: "reverse" })(x).toArray();
    forward.toArray().forEach((v, i) => {
      expect(reverse[i]).toBeCloseTo(v, 14);
    });
  });

  it("hvp is the Hessian times v, and the Hessian is symmetric", () => {
    const loss = (x: NDArray): Scalar => f(x).square().sum();
    fc.assert(
      fc.property(points, points, (x, v) => {
        const H = hessian(loss)(x);
        const [a, b, c, d] = H.toArray();
        expect(Math.abs(b! - c!)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(a!), Math.abs(d!)));
        const product = hvp(loss)(x, v).toArray();
        H.matmul(array(v))
          .toArray()
          .forEach((entry, i) => {
            expect(product[i]).toBeCloseTo(entry, 9);
          });
      }),
    );
  });

  it("hvp takes trees", () => {
    const loss = (p: { w: NDArray; b: Scalar }): Scalar => p.w.square().sum().mul(p.b);
    const product = hvp(loss)({ w: [1, 2], b: 3 }, { w: [1, 0], b: 1 });
    expect(product.w.toArray()).toEqual([6 + 2, 4]);
    expect(product.b.item()).toBe(2);
  });

  it("the Gauss–Newton product is JᵀJ·v, or JᵀHJ·v, and can be differentiated", () => {
    const x = array([0.7, -0.4]);
    const v = array([1, -2]);
    const J = jacobian(f)(x);
    const outer = (y: NDArray): Scalar => y.exp().sum();
    const H = hessian(outer)(f(x));
    const same = (a: NDArray, b: NDArray): void =>
      a.toArray().forEach((entry, i) => {
        expect(entry).toBeCloseTo(b.toArray()[i]!, 11);
      });
    same(gaussNewtonProduct(f)(x, v), J.T.matmul(J.matmul(v)));
    same(gaussNewtonProduct(f, outer)(x, v), J.T.matmul(H.matmul(J.matmul(v))));
    expect(gaussNewtonProduct(f, outer)(x, v).dot(v).item()).toBeGreaterThan(0);
    const q = (y: NDArray): Scalar => gaussNewtonProduct(f)(y, v).dot(v);
    expect(checkGradient(q, x).passed).toBe(true);
    // For residuals that are linear it is the Hessian of ½‖r‖².
    const A = array([
      [1, 2],
      [3, -1],
      [0, 1],
    ]);
    const r = (y: NDArray): NDArray => A.matmul(y).sub([1, 2, 3]);
    same(gaussNewtonProduct(r)(x, v), hvp((y: NDArray) => r(y).square().sum().mul(0.5))(x, v));
  });

  it("every pair of transforms nests", () => {
    // All are ways to the number f''(x)·v for f = Σ sin x·x², at x = (0.3, 0.8), v = (1, −2).
    const loss = (x: NDArray): Scalar => x.sin().mul(x.square()).sum();
    const x = array([0.3, 0.8]);
    const v = array([1, -2]);
    const second = (t: number) => (2 - t * t) * Math.sin(t) + 4 * t * Math.cos(t);
    const expected = [second(0.3), -2 * second(0.8)];
    const ways: Readonly<Record<string, () => NDArray>> = {
      "jvp of grad": () => jvp((y) => grad(loss)(y), x, v).tangent,
      "grad of jvp": () => grad((y: NDArray) => jvp((z) => loss(z), y, v).tangent as Scalar)(x),
      "grad of grad·v": () => grad((y: NDArray) => grad(loss)(y).dot(v))(x),
      "vjp of grad": () => vjp((y) => grad(loss)(y), x).pullback(v),
      "linearize of grad": () => linearize((y) => grad(loss)(y), x).tangent(v),
      "grad of vjp": () =>
        grad((y: NDArray) =>
          vjp((z) => loss(z), y)
            .pullback(1)
            .dot(v),
        )(x),
      "jvp of vjp": () => jvp((y) => vjp((z) => loss(z), y).pullback(1), x, v).tangent,
      "jacobian of grad": () => jacobian((y) => grad(loss)(y))(x).matmul(v),
      "gradient of jacobian": () => grad((y: NDArray) => jacobian((z) => loss(z).mul(1))(y).dot(v))(x),
      "grad of linearize": () => grad((y: NDArray) => linearize((z) => loss(z), y).tangent(v) as Scalar)(x),
    };
    for (const [name, way] of Object.entries(ways)) {
      way()
        .toArray()
        .forEach((entry, i) => {
          expect(entry, name).toBeCloseTo(expected[i]!, 11);
        });
    }
  });
});

describe("checks against differences", () => {
  const f = (p: NDArray): Scalar =>
    p
      .square()
      .sum()
      .add(p.at(0).dot(p.at(1)));
  it("numericalGradient is right to 1e-8 and carries the shape", () => {
    numericalGradient(f, [1, 2])
      .toArray()
      .forEach((v, i) => {
        expect(v).toBeCloseTo([4, 5][i]!, 8);
      });
    expect(numericalGradient((x) => x.sum(), [[1, 2]]).shape).toEqual([1, 2]);
  });
  it("checkGradient passes right gradients at both orders", () => {
    expect(checkGradient(f, [1, 2], { order: 2 })).toMatchObject({ passed: true, failures: 0 });
    expect(String(checkGradient(f, [1, 2]))).toContain("agrees with differences: 4 entries");
  });
  it("checkGradient names the worst entry of a wrong one", () => {
    const wrong = (p: { w: NDArray }): Scalar =>
      p.w
        .at(1)
        .mul(stopGradient(p.w.at(1)))
        .add(p.w.at(0)) as Scalar; // slope y, not 2y
    const report = checkGradient(wrong, { w: [1, 3] });
    expect(report.passed).toBe(false);
    expect(report.worst).toMatchObject({ path: "w[1]", exact: 3 });
    expect(report.worst.numeric).toBeCloseTo(6, 6);
    expect(report.toString()).toContain('worst at "w[1]"');
  });
});

describe("mistakes are named", () => {
  it("a vector where a scalar is needed", () => {
    expect(() => grad(((x: NDArray) => x.square()) as never)([1, 2] as never)).toThrow(
      "grad: the function returned f64[2]; a gradient needs a float scalar. Reduce it with sum() or mean(), or use jacobian.",
    );
  });
  it("no array at all", () => {
    expect(() => grad((() => 3) as never)([1] as never)).toThrow("grad: the function returned number, not an array.");
  });
  it("an integer parameter", () => {
    const ids = array([1, 2], { dtype: "i32" });
    expect(() => grad((p: { ids: NDArray }) => p.ids.sum())({ ids } as never)).toThrow(
      'grad: the parameter "ids" is i32',
    );
  });
  it("an object that is no plain tree", () => {
    expect(() => grad((p: { w: NDArray }) => p.w.sum())({ w: new Date(0) } as never)).toThrow(
      '"w" is a Date, not an array',
    );
    expect(() => grad((p: NDArray) => p.sum())(new Map() as never)).toThrow("the argument is a Map, not an array");
  });
  it("text in a tree", () => {
    expect(() => grad((p: { w: NDArray }) => p.w.sum())({ w: "1" } as never)).toThrow('"w" is string, not an array');
  });
  it("a traced array that leaks", () => {
    let kept: NDArray | undefined;
    grad((x: NDArray) => {
      kept = x.mul(2);
      return kept.sum();
    })([1, 2]);
    expect(() => kept!.add(1)).toThrow("is used after the function that made it has returned");
    expect(kept!.toArray()).toEqual([2, 4]); // reading the value is harmless
  });
  it("a direction of another shape", () => {
    expect(() => jvp((x) => x, [1, 2], [1])).toThrow("jvp: v has shape [1], but it must match [2]");
    expect(() => hvp((x: NDArray) => x.sum())([1, 2], [1, 2, 3])).toThrow(
      "hvp: v has shape [3], but the point has [2]",
    );
  });
  it("an unknown mode", () => {
    expect(() => jacobian((x) => x, { mode: "backward" as never })).toThrow(
      'mode must be one of "auto", "forward", "reverse"',
    );
  });
});
