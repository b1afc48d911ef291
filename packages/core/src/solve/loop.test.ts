// The loop: every status is reached, and no solver is believed.
import { describe, expect, it } from "vitest";
import { array, type NDArray, type Scalar } from "../array/index.ts";
import { ConvergenceError, OptionError, ShapeError } from "../errors/index.ts";
import {
  assertConverged,
  gradientDescent,
  iterate,
  iterateVector,
  kktResiduals,
  lbfgs,
  type MinimizeOptions,
  type Minimizer,
  minimize,
  minimizeVector,
  type Objective,
  type StepReport,
} from "./index.ts";

const bowl = (x: NDArray): Scalar => x.sub([1, 2]).square().sum();
const descent = gradientDescent({ learningRate: 0.1 });

describe("every status has its message", () => {
  const ending = (f: (x: Scalar) => Scalar, x0: number, options: MinimizeOptions<Scalar> = {}) => {
    const { status, message } = minimize(f, x0, options);
    return { status, message };
  };
  const square = (x: Scalar) => x.square();

  it("converged", () => {
    expect(ending(square, 3)).toMatchInlineSnapshot(`
      {
        "message": "lbfgs converged after 2 steps: the gradient norm 0 is within the tolerance 2e-8.",
        "status": "converged",
      }
    `);
  });

  it("max-steps", () => {
    expect(ending(square, 3, { solver: descent, maxSteps: 1 })).toMatchInlineSnapshot(`
      {
        "message": "gradientDescent stopped after 1 step (max-steps): maxSteps is 1. The gradient norm is 4.8, the tolerance 2e-8. Raise maxSteps, bring the variables to similar scales, or loosen rtol and atol.",
        "status": "max-steps",
      }
    `);
  });

  it("max-seconds", () => {
    let time = 0;
    const now = () => (time += 400);
    const solution = minimize(square, 3, { solver: descent, maxSeconds: 1, now });
    expect(solution.status).toBe("max-seconds");
    expect(solution.stats.steps).toBe(2);
    expect(solution.stats.seconds).toBeCloseTo(1.6, 12);
  });

  it("aborted", () => {
    const controller = new AbortController();
    const onStep = ({ index }: StepReport<Scalar>) => {
      if (index === 2) controller.abort();
    };
    const solution = minimize(square, 3, { solver: descent, signal: controller.signal, onStep });
    expect(solution.status).toBe("aborted");
    expect(solution.stats.steps).toBe(2);
    expect(ending(square, 3, { signal: controller.signal })).toMatchInlineSnapshot(`
      {
        "message": "lbfgs stopped after 0 steps (aborted): its signal was set. The gradient norm is 6, the tolerance 2e-8. The point given back is the best so far.",
        "status": "aborted",
      }
    `);
  });

  it("nonfinite at the start", () => {
    expect(ending((x) => x.log(), -1)).toMatchInlineSnapshot(`
      {
        "message": "lbfgs stopped after 0 steps (nonfinite): f is NaN at the start. The gradient norm is 1, the tolerance 2e-8. Start inside of the domain of f, keep logarithms and roots away from its border, or scale the variables.",
        "status": "nonfinite",
      }
    `);
    expect(ending((x) => x.sqrt(), 0)).toMatchInlineSnapshot(`
      {
        "message": "lbfgs stopped after 0 steps (nonfinite): entry 0 of the gradient is Infinity at the start. The gradient norm is Infinity, the tolerance 2e-8. Start inside of the domain of f, keep logarithms and roots away from its border, or scale the variables.",
        "status": "nonfinite",
      }
    `);
  });

  it("stalled", () => {
    const still: Minimizer = { ...descent, step: (_problem, point) => ({ point, stepSize: 1, state: undefined }) };
    expect(ending(square, 3, { solver: still })).toMatchInlineSnapshot(`
      {
        "message": "gradientDescent stopped after 0 steps (stalled): a step does not change the point at working precision. The gradient norm is 6, the tolerance 2e-8. If the gradient norm is good enough, loosen rtol and atol; otherwise the function may be very large against its changes, badly scaled, or without a minimum.",
        "status": "stalled",
      }
    `);
  });

  it("line-search-failed", () => {
    const objective: Objective = {
      value: ([x]) => x! * x!,
      valueAndGradient: ([x]) => ({ value: x! * x!, gradient: Float64Array.of(-2 * x!) }), // the sign is wrong
    };
    const { status, message } = minimizeVector(objective, [3]);
    expect({ status, message }).toMatchInlineSnapshot(`
      {
        "message": "lbfgs stopped after 0 steps (line-search-failed): f does not fall along a direction in which its gradient says that it does (slope -36). The gradient norm is 6, the tolerance 2e-8. Likely causes: the gradient is not that of f (checkGradient tells), f has a kink or jump there, or its values carry noise larger than rounding.",
        "status": "line-search-failed",
      }
    `);
  });

  it("unbounded", () => {
    expect(ending((x) => x.neg(), 0)).toMatchInlineSnapshot(`
      {
        "message": "lbfgs stopped after 1 step (unbounded): the value fell to -1e+59. The gradient norm is 1, the tolerance 2e-8. f seems to have no minimum: check its sign, or add a penalty or bounds.",
        "status": "unbounded",
      }
    `);
    expect(ending((x) => x.exp().neg(), 0).status).toBe("unbounded");
  });
});

describe("no solver is believed", () => {
  it("a solver that claims a gradient of 0 does not converge", () => {
    const liar: Minimizer = {
      ...descent,
      step: (problem, at) => ({
        point: { ...problem.evaluate(at.x.map((v) => 0.99 * v)), gradient: new Float64Array(1) },
        stepSize: 1,
        state: undefined,
      }),
    };
    const solution = minimize((x: Scalar) => x.square(), 3, { solver: liar, maxSteps: 5 });
    expect(solution.status).toBe("max-steps");
    expect(solution.kkt.stationarity).toBeCloseTo(2 * 3 * 0.99 ** 5, 12);
  });

  it("a solver that claims a lower value is corrected in the solution", () => {
    const liar: Minimizer = {
      ...descent,
      step: (problem, at) => ({
        point: { ...problem.evaluate(at.x.map((v) => v + 1)), value: at.value - 1 },
        stepSize: 1,
        state: undefined,
      }),
    };
    expect(minimize((x: Scalar) => x.square(), 3, { solver: liar, maxSteps: 2 }).value).toBe(25);
  });

  it("a solver that gives up at the optimum is not asked: the loop sees it first", () => {
    const quitter: Minimizer = { ...descent, terminate: () => ({ status: "stalled", reason: "tired" }) };
    expect(minimize(bowl, [1, 2], { solver: quitter }).status).toBe("converged");
    expect(minimize(bowl, [1, 3], { solver: quitter }).message).toContain("(stalled): tired.");
  });
});

describe("what the loop keeps", () => {
  it("history starts with the start and has one entry per step", () => {
    const seen: number[] = [];
    const solution = minimize(bowl, [0, 0], {
      solver: descent,
      maxSteps: 4,
      keepHistory: true,
      onStep: ({ index }) => seen.push(index),
    });
    expect(solution.history.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(solution.history.at(-1)!.x.toArray()).toEqual(solution.x.toArray());
    expect(solution.history[1]!.x.toArray()).toEqual([0.2, 0.4]);
    expect(minimize(bowl, [0, 0]).history).toEqual([]);
  });

  it("counts what the objective was asked", () => {
    let values = 0;
    let gradients = 0;
    const objective: Objective = {
      value([x]) {
        values++;
        return x! ** 4;
      },
      valueAndGradient([x]) {
        values++;
        gradients++;
        return { value: x! ** 4, gradient: Float64Array.of(4 * x! ** 3) };
      },
    };
    const { stats } = minimizeVector(objective, [2]);
    expect(stats).toMatchObject({ evaluations: values, gradientEvaluations: gradients, hessianEvaluations: 0 });
  });

  it("iterate takes one step per next, and may be left at any time", () => {
    const loop = iterate(bowl, [0, 0], { solver: descent });
    expect(loop.next().value).toMatchObject({ index: 1 });
    expect(loop.next().value).toMatchObject({ index: 2 });
    let last: StepReport<NDArray> | undefined;
    for (const step of iterate(bowl, [0, 0], { solver: descent })) {
      last = step;
      if (step.value < 1) break;
    }
    expect(last!.value).toBeLessThan(1);
    expect(last!.index).toBe(4); // 5·.8²ᵏ < 1 first for k = 4
  });

  it("iterateVector is the same loop", () => {
    const objective: Objective = {
      value: ([x]) => x! ** 2,
      valueAndGradient: ([x]) => ({ value: x! ** 2, gradient: Float64Array.of(2 * x!) }),
    };
    const steps = [...iterateVector(objective, [1], { solver: descent, maxSteps: 2 })];
    expect(steps.map(({ x }) => x[0])).toEqual([0.8, 0.64]);
  });

  it("an objective may reuse the buffer of its gradient", () => {
    const buffer = new Float64Array(2);
    const valueAndGradient = ([x, y]: Float64Array) => {
      buffer.set([2 * (x! - 1), 20 * (y! + 1)]);
      return { value: (x! - 1) ** 2 + 10 * (y! + 1) ** 2, gradient: buffer };
    };
    const solution = minimizeVector({ value: (x) => valueAndGradient(x).value, valueAndGradient }, [5, 5]);
    expect(solution.status).toBe("converged");
    expect([...solution.x].map((v) => Number(v.toFixed(7)))).toEqual([1, -1]);
  });

  it("gives back the best point, not the last, when it does not converge", () => {
    // η between 1/L and 2/L·1.01 for one of two curvatures: f first falls, then grows
    const f = (x: NDArray) => x.square().mul([0.5, 10.2]).sum();
    const { history, value } = minimize(f, [8, 0.01], {
      solver: gradientDescent({ learningRate: 0.1 }),
      maxSteps: 200,
      keepHistory: true,
    });
    const lowest = Math.min(...history.map((step) => step.value));
    expect(history.at(-1)!.value).toBeGreaterThan(2 * lowest);
    expect(value).toBe(lowest);
  });
});

describe("trees and inputs", () => {
  it("keeps the structure of the start, in f64", () => {
    const f = (p: { w: NDArray; parts: readonly [Scalar, NDArray] }) =>
      p.w.sub(1).square().sum().add(p.parts[0].sub(2).square()).add(p.parts[1].sub(3).square().sum());
    const start = { w: array([0, 0], { dtype: "f32" }) as NDArray, parts: [0, array([[0], [0]])] as const };
    const { x, multipliers } = minimize(f, start);
    expect(x.w.toArray().map(Math.round)).toEqual([1, 1]);
    expect(x.w.dtype).toBe("f64");
    expect(Math.round(x.parts[0].item())).toBe(2);
    expect(x.parts[1].shape).toEqual([2, 1]);
    expect(multipliers.lower.w.toArray()).toEqual([0, 0]);
  });

  it("kktResiduals of any point", () => {
    expect(kktResiduals(bowl, [0, 0])).toEqual({ stationarity: 4, feasibility: 0, complementarity: 0, sign: 0 });
  });

  it("assertConverged throws the message", () => {
    const open = minimize(bowl, [0, 0], { maxSteps: 0 });
    expect(() => assertConverged(open)).toThrow(ConvergenceError);
    expect(() => assertConverged(open)).toThrow(open.message);
    expect(assertConverged(minimize(bowl, [0, 0])).status).toBe("converged");
  });

  it("refuses what it cannot use, before any work", () => {
    expect(() => minimize(bowl, [0, 0], { maxStep: 5 } as object)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: minimize: unknown option "maxStep". Did you mean "maxSteps"?]`,
    );
    expect(() => minimize(bowl, [0, 0], { constraints: 1 } as object)).toThrow(OptionError);
    expect(() =>
      minimize(bowl, [0, 0], { rtol: -1, maxSeconds: 3, solver: lbfgs as never }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: minimize: solver must be a solver, such as lbfgs(), with its parentheses. rtol must be from 0 to 1, got -1. maxSeconds needs a clock: pass now: () => performance.now().]`,
    );
    expect(() => minimize(bowl, array([0, 0], { dtype: "i32" }) as never)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: minimize: the start is i32; only floats can be varied. Convert it with astype("f64").]`,
    );
    expect(() => minimize((_: Record<string, never>) => array(0) as Scalar, {})).toThrow(ShapeError);
    expect(() => minimize(((x: NDArray) => x.square()) as never, [0, 0])).toThrow(ShapeError);
    expect(() =>
      minimizeVector({ value: () => 0, valueAndGradient: () => ({ value: 0, gradient: new Float64Array(3) }) }, [0]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: minimizeVector: the gradient of the objective has 3 entries, but x has 1. One entry per variable is needed.]`,
    );
  });
});
