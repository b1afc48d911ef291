import { describe, expect, it } from "vitest";
import { runKernel } from "../../backend/interpret/index.ts";
import {
  type AnyArray,
  array,
  checkpoint,
  cond,
  customGradient,
  grad,
  jvp,
  type NDArray,
  type Scalar,
  scan,
  whileLoop,
} from "../../index.ts";
import { countSteps, disagreement, programOf } from "./agreement.ts";
import { lower } from "./index.ts";

const agrees = (f: (...xs: never[]) => AnyArray | readonly AnyArray[], ...inputs: AnyArray[]): void => {
  expect(disagreement(runKernel, f, inputs, 1e-13)).toBeUndefined(); // functions within a few ulp of each other
};
const x = array([
  [1, -2, 0.5],
  [0.25, 3, -1],
  [2, 0.125, 1],
  [-0.5, 1, 4],
]);
const w = array([0.5, -1, 2]);

/** hᵢ = tanh(w·hᵢ₋₁ + xᵢ), and Σ hᵢ² of each step. */
const recurrence = (w: NDArray, x: NDArray) =>
  scan(
    (h: NDArray, row: NDArray) => {
      const next = h.mul(w).add(row).tanh();
      return [next, next.square().sum()] as const;
    },
    w.mul(0),
    x,
  );

describe("scan", () => {
  it("is one step with a body of its own, whatever its length", () => {
    const f = (w: NDArray, x: NDArray): AnyArray[] => [...recurrence(w, x)];
    agrees(f, w, x);
    const { steps } = lower(programOf(f, [w, x]));
    expect(steps.filter(({ kind }) => kind === "rounds")).toHaveLength(1);
    expect(steps.some(({ kind }) => kind === "host")).toBe(false);
  });

  it("is differentiated in both modes, also twice", () => {
    const loss = (w: NDArray, x: NDArray): Scalar => {
      const [last, energies] = recurrence(w, x);
      return last.sum().add(energies.sum()) as Scalar;
    };
    agrees((w: NDArray, x: NDArray) => grad(loss)(w, x), w, x);
    agrees((w: NDArray, x: NDArray) => jvp((v: NDArray) => loss(v, x), w, w).tangent, w, x);
    agrees((w: NDArray, x: NDArray) => grad((v: NDArray) => (grad(loss)(v, x) as NDArray).sum() as Scalar)(w), w, x);
  });

  it("carries integers and conditions, and passes carries and rows through", () => {
    const f = (x: NDArray): AnyArray[] => {
      const start = { count: array(0, { dtype: "i32" }), seen: x.at(0).greater(10), kept: x.at(0) };
      const [end, rows] = scan(
        (c: typeof start, row: NDArray) =>
          [
            { count: c.count.add(1) as never, seen: row.greater(2), kept: row },
            { row, before: c.kept },
          ] as const,
        start as never,
        x,
      );
      return [(end as typeof start).count, (end as typeof start).seen, rows.row, rows.before];
    };
    agrees(f as never, x);
  });
});

describe("whileLoop", () => {
  const root = (x: NDArray, options = {}): NDArray =>
    whileLoop(
      (y: NDArray) => y.square().sub(x).abs().max().greater(1e-9),
      (y: NDArray) => y.add(x.div(y)).div(2),
      x,
      options,
    );
  it("stops when its test fails, or after maxSteps", () => {
    agrees((x: NDArray) => root(x), array([2, 9]));
    agrees((x: NDArray) => root(x, { maxSteps: 2 }), array([2, 9]));
    agrees((x: NDArray) => root(x, { maxSteps: 0 }), array([2, 9]));
    expect(countSteps(lower(programOf((x: NDArray) => root(x), [array([2, 9])])))).toMatchObject({ rounds: 1 });
  });
  it("is differentiated backwards when it is bounded", () => {
    agrees((x: NDArray) => grad((v: NDArray) => root(v, { maxSteps: 8 }).sum() as Scalar)(x), array([2, 9]));
  });
});

describe("cond", () => {
  const f = (x: Scalar): NDArray =>
    cond(
      x.greater(1),
      () => x.log(),
      () => x.sub(1),
    );
  it("takes one branch, in value and derivative, whatever the other gives", () => {
    for (const at of [2, 0.5, -1]) {
      agrees(f as never, array(at));
      agrees(((x: Scalar) => grad((v: Scalar) => f(v) as Scalar)(x)) as never, array(at));
    }
  });
});

describe("checkpoint", () => {
  const weights = array([
    [0.5, -1, 2],
    [1, 0.25, -0.5],
    [-2, 1, 1],
  ]);
  const block = (x: NDArray): NDArray => x.matmul(weights).sin().exp().matmul(weights);
  it("computes its inside again on the way back", () => {
    const both = (f: (x: NDArray) => NDArray) => (x: NDArray) =>
      [f(x), grad((v: NDArray) => f(v).square().sum() as Scalar)(x)] as AnyArray[];
    agrees(both(checkpoint(block)), x);
    // Products forwards and backwards; nothing merges the second way forwards with the first.
    expect(countSteps(lower(programOf(both(block), [x]))).matmul).toBe(4);
    expect(countSteps(lower(programOf(both(checkpoint(block)), [x]))).matmul).toBeGreaterThan(4);
  });
});

it("a custom gradient is lowered to what its functions do", () => {
  const through = customGradient({
    name: "through",
    forward: (x: NDArray) => ({ value: x.round(), saved: { x } }),
    backward: ({ x }, adjoint) => adjoint.mul(x.tanh()),
    tangent: ({ x }, v) => v.mul(x.tanh()),
  });
  agrees((x: NDArray) => [through(x), grad((v: NDArray) => through(v).square().sum() as Scalar)(x)] as never, w);
  agrees((x: NDArray) => jvp(through, x, x).tangent, w);
  const { steps } = lower(programOf((x: NDArray) => through(x), [w]));
  expect(steps.map(({ kind }) => kind)).toEqual(["loop"]);
});
