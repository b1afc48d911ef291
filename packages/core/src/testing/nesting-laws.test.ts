// Functions with different primitives under every pair of transforms; and mistakes that the laws must find.
import { describe, expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import { customGradient, scan } from "../autodiff/index.ts";
import { mul, sin, stopGradient, where } from "../ops/index.ts";
import { apply, type Primitive } from "../program/index.ts";
import { failuresOf, namesOf, type Runner } from "./index.ts";
import { nestingLaws } from "./nesting-laws.ts";

const runner = { test: it };

describe("pairs of transforms", () => {
  nestingLaws(runner, "a scalar function", (x) => x.sin().mul(x.exp()).sum(), [0.3, -0.7]);
  nestingLaws(runner, "a function of a scalar", (x) => x.tanh().mul(x), 0.4);
  nestingLaws(
    runner,
    "fewer outputs than inputs",
    (x) =>
      x
        .at([0, 2])
        .mul(x.at([1, 3]))
        .log1p(),
    [0.5, 0.8, 1.1],
  );
  nestingLaws(
    runner,
    "more outputs than inputs",
    (x) => x.matmul(array([1, 2, -1, 0.5, -1, 1]).reshape(2, 3)).sigmoid(),
    [0.2, -0.4],
  );
  nestingLaws(
    runner,
    "a matrix",
    (X) => X.matmul(X.T).logSumExp(1),
    array([
      [0.2, -0.5],
      [0.7, 0.1],
    ]),
  );
  nestingLaws(runner, "branches by where", (x) => where(x.greater(0), x.mul(x).mul(x), x.sin()), [0.6, -0.6]);
  nestingLaws(runner, "reductions and broadcasts", (x) => x.div(x.square().sum().add(1)).softmax(), [0.3, 0.9]);
  nestingLaws(
    runner,
    "a scan inside",
    (x) => scan((c: NDArray, r: NDArray) => [c.mul(r).sin(), c] as const, x, array([0.5, 1.5]))[0],
    [0.4, 0.9],
  );
  nestingLaws(runner, "a constant", (x) => x.mul(0).add(3), [0.4, 0.9]);
});

describe("the laws find planted mistakes", () => {
  /** Names of the laws that fail, and what they say. */
  const broken = (f: (x: NDArray) => NDArray): string =>
    failuresOf((r) => nestingLaws(r, "f", f, [0.3, -0.7]))
      .map(({ name, error }) => `${name}: ${(error as Error).message}`)
      .join("\n");
  const elementwise = (value: (x: number) => number): Pick<Primitive, "name" | "infer" | "evaluate"> => ({
    name: "planted",
    infer: ([x]) => x!,
    evaluate([x], output) {
      x!.data.forEach((v, i) => {
        output.data[i] = value(v);
      });
    },
  });
  const called = (primitive: Primitive) => (x: NDArray) => apply(primitive, [x], undefined) as NDArray;

  it("nothing in a function that is right", () => {
    const right = called({
      ...elementwise(Math.sin),
      jvp: ({ inputs: [x], tangents: [dx] }) => dx!.mul(sin(x!.add(Math.PI / 2))),
      batch: ({ inputs: [x] }) => right(x!),
    });
    expect(broken(right)).toBe("");
  });

  it("a slope that is off", () => {
    const wrong = called({
      ...elementwise(Math.sin),
      jvp: ({ inputs: [x], tangents: [dx] }) => dx!.mul(sin(x!.add(1.57))),
      batch: ({ inputs: [x] }) => wrong(x!),
    });
    expect(broken(wrong)).toContain("derivatives of order 1 are differences of those of order 0");
  });

  it("a slope that cannot be differentiated again", () => {
    const found = broken((x) => {
      const slope = stopGradient(x.mul(2));
      return x.mul(slope).sub(stopGradient(x.square())); // x² with slope 2x, and no curvature
    });
    expect(found).toContain("derivatives of order 2");
    expect(found).not.toContain("order 1 are");
  });

  it("a batching rule that mixes the examples", () => {
    const wrong = called({
      ...elementwise((x) => x * x),
      jvp: ({ inputs: [x], tangents: [dx] }) => dx!.mul(x!).mul(2),
      batch: ({ inputs: [x] }) => mul(x!, x!.at([0, 1])), // the first example in the place of each
    });
    expect(broken(wrong)).toContain("vmap alone");
    expect(broken(wrong)).toContain("jvp of vmap");
  });

  it("a transpose that is not the transpose", () => {
    const rotate = (data: ArrayLike<number>) => Array.from(data, (_, i) => data[(i + 1) % data.length]! * (i + 1));
    const wrong: Primitive = {
      name: "planted",
      infer: ([x]) => x!,
      evaluate: ([x], output) => output.data.set(rotate(x!.data)),
      jvp: ({ tangents: [dx] }) => apply(wrong, [dx!], undefined) as NDArray,
      transpose: ({ adjoint }) => [apply(wrong, [adjoint], undefined) as NDArray],
      batch: ({ inputs: [x] }) => mul(x!, 1), // not reached before the transpose is wrong
    };
    const found = broken((x) => (apply(wrong, [x], undefined) as NDArray).square());
    for (const reverse of ["grad", "vjp", "jacobian reverse"]) expect(found).toContain(`: ${reverse} alone`);
    for (const forward of ["jvp", "linearize", "jacobian forward"]) expect(found).not.toContain(`: ${forward} alone`);
  });

  it("a rule of one's own that is right at first order alone", () => {
    const cube = customGradient({
      name: "cube",
      forward: (x) => ({ value: x.mul(x).mul(x), saved: { slope: stopGradient(x.square().mul(3)) } }),
      backward: ({ slope }, adjoint) => adjoint.mul(slope),
      tangent: ({ slope }, v) => v.mul(slope),
    });
    const found = broken(cube);
    expect(found).toContain("derivatives of order 2");
    expect(found).not.toContain("derivatives of order 1");
  });

  it("a rule of one's own whose two modes differ", () => {
    const cube = customGradient({
      name: "cube",
      forward: (x) => ({ value: x.mul(x).mul(x), saved: { x } }),
      backward: ({ x }, adjoint) => adjoint.mul(x.square().mul(2)),
      tangent: ({ x }, v) => v.mul(x.square().mul(3)),
    });
    expect(broken(cube)).toContain("f: grad, alone and of every transform: grad alone");
  });

  it("a function that remembers its last call, by every law", () => {
    let calls = 0;
    const remembering = (x: NDArray) =>
      x
        .square()
        .mul(x)
        .exp()
        .mul(1 + ++calls);
    const laws = (r: Runner) => nestingLaws(r, "f", remembering, [0.3, -0.7]);
    expect(failuresOf(laws).map(({ name }) => name)).toEqual(namesOf(laws));
  });

  it("a function that reads a number", () => {
    expect(broken((x) => (x.at(0).item() > 0 ? x.square() : x))).toContain("f: compile, alone and of every transform");
  });
});
