import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  array,
  checkGradient,
  checkpoint,
  cond,
  customGradient,
  grad,
  hessian,
  hvp,
  jvp,
  type NDArray,
  type Scalar,
  scalar,
  scan,
  stack,
  vmap,
  whileLoop,
} from "../../index.ts";

const close = (actual: NDArray, expected: NDArray, digits = 12): void => {
  expect(actual.shape).toEqual(expected.shape);
  actual.toArray().forEach((v, i) => {
    expect(v).toBeCloseTo(expected.toArray()[i]!, digits);
  });
};

/** All derivatives of a function equal those of another way to write it: both modes, second order, mapped. */
function sameFunction(f: (x: NDArray) => NDArray, truth: (x: NDArray) => NDArray, x: NDArray): void {
  const v = array(Array.from({ length: x.size }, (_, i) => Math.cos(i + 1))).reshape(...x.shape);
  const loss =
    (g: (x: NDArray) => NDArray) =>
    (y: NDArray): Scalar =>
      g(y).square().sum();
  close(f(x), truth(x));
  close(jvp(f, x, v).tangent, jvp(truth, x, v).tangent);
  close(grad(loss(f))(x), grad(loss(truth))(x));
  close(hvp(loss(f))(x, v), hvp(loss(truth))(x, v), 10);
  close(grad((y: NDArray) => grad(loss(f))(y).dot(v))(x), grad((y: NDArray) => grad(loss(truth))(y).dot(v))(x), 10);
  close(jvp((y) => jvp(f, y, v).tangent, x, v).tangent, jvp((y) => jvp(truth, y, v).tangent, x, v).tangent, 10);
  const many = stack([x, x.mul(0.5).add(0.1), x.mul(1.5)]);
  close(vmap((y: NDArray) => f(y))(many), stack([0, 1, 2].map((i) => truth(many.at(i)))));
  close(vmap((y: NDArray) => grad(loss(f))(y))(many), stack([0, 1, 2].map((i) => grad(loss(truth))(many.at(i)))), 10);
  close(
    grad((y: NDArray) =>
      vmap((z: NDArray) => f(z))(y)
        .square()
        .sum(),
    )(many),
    stack([0, 1, 2].map((i) => grad(loss(truth))(many.at(i)))),
    10,
  );
}

describe("scan", () => {
  const xs = array([0.3, -0.7, 1.1, 0.2]);
  it("is the loop, in value and every derivative of carry, slices and captured arrays", () => {
    // carry ← sin(carry·w) + x², y = carry·x
    const looped = (p: NDArray): NDArray => {
      let carry = p.at(0);
      const ys: NDArray[] = [];
      for (let i = 0; i < 4; i++) {
        const x = p.at(2 + i);
        ys.push(carry.mul(x));
        carry = carry.mul(p.at(1)).sin().add(x.square());
      }
      return stack([carry, ...ys]);
    };
    const scanned = (p: NDArray): NDArray => {
      const w = p.at(1);
      const [carry, ys] = scan(
        (c: NDArray, x: NDArray) => [c.mul(w).sin().add(x.square()), c.mul(x)] as const,
        p.at(0),
        p.at([2, 6]),
      );
      return stack([carry, ys.at(0), ys.at(1), ys.at(2), ys.at(3)]);
    };
    sameFunction(scanned, looped, array([0.5, 0.9, ...xs.toArray()]));
  });

  it("carries trees of several widths, integers among them", () => {
    const [{ sum, count }, seen] = scan(
      (c: { sum: Scalar; count: NDArray<"int"> }, x: NDArray) =>
        [{ sum: c.sum.add(x) as Scalar, count: c.count.add(1) }, { twice: x.mul(2) }] as const,
      { sum: scalar(0), count: array(0, { dtype: "i32" }) },
      xs,
    );
    expect(sum.item()).toBeCloseTo(0.9, 12);
    expect([count.item(), count.dtype]).toEqual([4, "i32"]);
    expect(seen.twice.shape).toEqual([4]);
    const g = grad((x: NDArray) => {
      const [c] = scan(
        (s: { sum: Scalar; count: NDArray<"int"> }, v: NDArray) =>
          [{ sum: s.sum.add(v.square()) as Scalar, count: s.count.add(1) }, v] as const,
        { sum: scalar(0), count: array(0, { dtype: "i32" }) },
        x,
      );
      return c.sum;
    })(xs);
    close(g, xs.mul(2));
  });

  it("keeps f32 in f32", () => {
    const [last, ys] = scan(
      (c: NDArray, x: NDArray) => [c.add(x), c] as const,
      array(0, { dtype: "f32" }),
      array([1, 2], { dtype: "f32" }),
    );
    expect([last.dtype, ys.dtype]).toEqual(["f32", "f32"]);
  });

  it("runs no step over an empty axis", () => {
    const [last, ys] = scan((c: Scalar, x: NDArray) => [c.add(x) as Scalar, c] as const, scalar(3), array([]));
    expect([last.item(), ys.shape]).toEqual([3, [0]]);
  });

  it("traces its body once, however long the axis", () => {
    let traced = 0;
    scan(
      (c: Scalar, x: NDArray) => {
        traced++;
        return [c.add(x) as Scalar, c] as const;
      },
      scalar(0),
      array(new Float64Array(500)),
    );
    expect(traced).toBe(1);
  });

  it("nests in itself", () => {
    const inner = (x: NDArray) =>
      scan((c: NDArray, v: NDArray) => [c.mul(v).add(1), c] as const, x.at(0).mul(0).add(1), x)[0];
    const outer = (X: NDArray): NDArray =>
      scan((c: NDArray, row: NDArray) => [c.add(inner(row)).sin(), c] as const, X.at(0, 0), X)[0];
    const truth = (X: NDArray): NDArray => {
      let c = X.at(0, 0);
      for (let i = 0; i < 2; i++) {
        let s: NDArray = scalar(1);
        for (let j = 0; j < 3; j++) s = s.mul(X.at(i, j)).add(1);
        c = c.add(s).sin();
      }
      return c;
    };
    sameFunction(
      (x) => outer(x.reshape(2, 3)),
      (x) => truth(x.reshape(2, 3)),
      array([0.2, -0.4, 0.6, 0.1, 0.5, -0.3]),
    );
  });

  it("names a carry that changes", () => {
    expect(() => scan((c: NDArray, x: NDArray) => [stack([c, x]), c] as const, scalar(0) as NDArray, xs)).toThrow(
      "scan: the carry must keep its structure, shapes and widths; the step returned f64[2] at place 0, where the start has f64[].",
    );
    expect(() => scan((c: NDArray) => [c, c] as const, scalar(0) as NDArray, scalar(1) as NDArray)).toThrow(
      "xs is a scalar",
    );
  });
});

describe("cond", () => {
  const f = (x: NDArray): NDArray =>
    cond(
      x.sum().greater(0),
      () => x.exp().mul(x.at(0)),
      () => x.square(),
    );
  it("is the branch that is taken, in value and every derivative", () => {
    sameFunction(f, (x) => (x.sum().item() > 0 ? x.exp().mul(x.at(0)) : x.square()), array([0.5, 0.25]));
    const negative = array([-0.5, 0.25]);
    close(f(negative), negative.square());
    close(grad((x: NDArray) => f(x).sum())(negative), negative.mul(2));
    close(
      hessian((x) => f(x).sum())(negative),
      array([
        [2, 0],
        [0, 2],
      ]),
    );
  });
  it("lets each example take its own branch under vmap", () => {
    const X = array([
      [1, 2],
      [-1, -2],
    ]);
    close(vmap((x: NDArray) => f(x))(X), stack([f(X.at(0)), f(X.at(1))]));
    close(
      vmap((x: NDArray) => grad((y: NDArray) => f(y).sum())(x))(X),
      stack([0, 1].map((i) => grad((y: NDArray) => f(y).sum())(X.at(i)))),
    );
  });
  it("keeps what is not finite in the other branch out", () => {
    const safe = (x: Scalar): Scalar =>
      cond(
        x.greater(0),
        () => x.sqrt(),
        () => x.mul(0),
      );
    expect(grad(safe)(0).item()).toBe(0);
    expect(grad(safe)(4).item()).toBe(0.25);
  });
  it("returns structures, and refuses branches that differ", () => {
    const { a, b } = cond(
      scalar(1).greater(0),
      () => ({ a: scalar(1), b: array([1]) }),
      () => ({ a: scalar(2), b: array([2]) }),
    );
    expect([a.item(), b.toArray()]).toEqual([1, [1]]);
    expect(() =>
      cond(
        scalar(1).greater(0),
        () => array([1]),
        () => array([1, 2]),
      ),
    ).toThrow("yes returned f64[1], no returned f64[2]");
    expect(() =>
      cond(
        array([1, 2]).greater(0),
        () => scalar(1),
        () => scalar(2),
      ),
    ).toThrow("the predicate is bool[2]; it must be one boolean");
  });
});

describe("whileLoop", () => {
  // Newton's iteration for √a: its limit has derivative 1/(2√a).
  const root = (a: Scalar, maxSteps?: number): Scalar =>
    whileLoop(
      (x: Scalar) => x.square().sub(a).abs().greater(1e-13),
      (x: Scalar) => x.add(a.div(x)).div(2),
      a.mul(0).add(1),
      maxSteps === undefined ? {} : { maxSteps },
    );
  it("runs until the test fails, or to its bound", () => {
    expect(root(scalar(2)).item()).toBeCloseTo(Math.SQRT2, 12);
    expect(
      whileLoop(
        (x: Scalar) => x.less(10),
        (x: Scalar) => x.add(1),
        scalar(0),
        { maxSteps: 3 },
      ).item(),
    ).toBe(3);
    expect(
      whileLoop(
        (x: Scalar) => x.less(0),
        (x: Scalar) => x.add(1),
        scalar(5),
      ).item(),
    ).toBe(5);
  });
  it("differentiates forwards without a bound, and backwards with one", () => {
    expect(jvp((a) => root(a as Scalar), 2, 1).tangent.item()).toBeCloseTo(1 / (2 * Math.SQRT2), 10);
    expect(grad((a: Scalar) => root(a, 20))(2).item()).toBeCloseTo(1 / (2 * Math.SQRT2), 10);
    expect(grad((a: Scalar) => grad((b: Scalar) => root(b, 20))(a))(2).item()).toBeCloseTo(-1 / (4 * 2 ** 1.5), 6);
    expect(jvp((b) => jvp((a) => root(a as Scalar), b, 1).tangent, 2, 1).tangent.item()).toBeCloseTo(
      -1 / (4 * 2 ** 1.5),
      6,
    );
  });
  it("refuses the backward mode without a bound, and says what to do", () => {
    expect(() => grad((a: Scalar) => root(a))(2)).toThrow("Give maxSteps, or use scan or forward mode (jvp)");
  });
  it("lets each example stop on its own under vmap", () => {
    const as = array([2, 9, 1]); // the third needs no round
    const each = (f: (a: Scalar) => NDArray): NDArray => stack([0, 1, 2].map((i) => f(as.at(i) as Scalar)));
    close(vmap((a: NDArray) => root(a as Scalar))(as), as.sqrt());
    const slope = (a: NDArray): NDArray => grad((b: Scalar) => root(b, 20))(a as Scalar);
    close(vmap(slope)(as), each(slope), 10);
    expect(slope(scalar(9)).item()).toBeCloseTo(1 / 6, 10);
  });
  it("names a carry that changes and a test that is none", () => {
    expect(() =>
      whileLoop(
        (x: NDArray) => x.sum().less(1),
        (x: NDArray) => stack([x, x]),
        array([0]),
      ),
    ).toThrow("whileLoop: the carry must keep");
    expect(() =>
      whileLoop(
        (x: NDArray) => x.less(1),
        (x: NDArray) => x,
        array([0, 1]),
      ),
    ).toThrow("it must be one boolean");
  });
});

describe("checkpoint", () => {
  const body = (x: NDArray): NDArray => x.sin().exp().mul(x);
  it("changes no derivative, not by a bit", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 }), (values) => {
        const f = (g: (x: NDArray) => NDArray) => (x: NDArray) => g(g(x)).square().sum();
        const wrapped = checkpoint(body);
        expect(grad(f(wrapped))(values).toArray()).toEqual(grad(f(body))(values).toArray());
      }),
    );
    sameFunction(checkpoint(body), body, array([0.3, -1.2]));
  });
  it("keeps gradients of what it captures, and takes and returns structures", () => {
    const w = grad((p: NDArray) => {
      const f = checkpoint((x: NDArray) => ({ out: x.mul(p).sin() }));
      return f(array([1, 2])).out.sum();
    })([0.5, 0.25]);
    close(w, array([Math.cos(0.5), 2 * Math.cos(0.5)]));
  });
  it("runs the forward pass once more on the way back", () => {
    const evaluations = { plain: 0, wrapped: 0 };
    const watched = (name: keyof typeof evaluations) =>
      customGradient({
        name: "watched",
        forward: (x) => {
          evaluations[name]++;
          return { value: x, saved: undefined };
        },
        backward: (_saved, adjoint) => adjoint,
      });
    grad((x: NDArray) => watched("plain")(x).sum())([1]);
    grad((x: NDArray) => checkpoint(watched("wrapped"))(x).sum())([1]);
    expect(evaluations.wrapped).toBeGreaterThan(evaluations.plain);
  });
});

describe("customGradient", () => {
  const cube = customGradient({
    name: "cube",
    forward: (x) => ({ value: x.pow(3), saved: { x } }),
    backward: ({ x }, adjoint) => adjoint.mul(x.square()).mul(3),
    tangent: ({ x }, v) => v.mul(x.square()).mul(3),
  });
  it("is differentiated by its own rules, again and again", () => {
    sameFunction(cube, (x) => x.pow(3), array([0.5, -1.5]));
    expect(checkGradient((x: NDArray) => cube(x).sum(), [0.5, 2], { order: 2 }).passed).toBe(true);
  });
  it("passes a derivative that is not the function's own", () => {
    const through = customGradient({
      name: "roundThrough",
      forward: (x) => ({ value: x.round(), saved: undefined }),
      backward: (_saved, adjoint) => adjoint,
    });
    expect(grad((x: NDArray) => through(x).square().sum())([1.2, 2.7]).toArray()).toEqual([2, 6]);
    expect(grad((x: Scalar) => grad((y: NDArray) => through(y).square().sum())(x).sum())(1.2).item()).toBe(2); // reverse over reverse needs no tangent
    expect(() => jvp(through, [1.2], [1])).toThrow(
      "roundThrough: forward mode (jvp, hessian, forward Jacobians) needs a tangent rule",
    );
  });
  it("names a backward rule of the wrong shape", () => {
    const wrong = customGradient({
      name: "wrong",
      forward: (x) => ({ value: x.sum(), saved: undefined }),
      backward: (_s, adjoint) => adjoint,
    });
    expect(() => grad((x: NDArray) => wrong(x) as Scalar)([1, 2])).toThrow(
      "wrong: backward returned [], but x has shape [2]",
    );
  });
});
