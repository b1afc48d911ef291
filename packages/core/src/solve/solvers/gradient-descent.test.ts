import { describe, expect, it } from "vitest";
import { array, type NDArray, type Scalar } from "../../array/index.ts";
import { grad } from "../../autodiff/index.ts";
import line from "../golden/line.json" with { type: "json" };
import seeds from "../golden/seed-values.json" with { type: "json" };
import { gradientDescent, minimize, minimizeVector } from "../index.ts";
import { extremeCurvatures } from "./extreme-curvatures.ts";

/** ½w₁² + 10w₂², the tutorial's valley */
const valley = (w: NDArray): Scalar => w.square().mul([0.5, 10]).sum();

describe("gradientDescent with a number", () => {
  it("makes the steps of a hand calculation", () => {
    // f = x² − 6x from 0, η = ¼: x ← x − ¼(2x − 6) = x/2 + 3/2, so x = 1.5, 2.25, 2.625; f = x² − 6x
    const f = (x: Scalar) => x.square().sub(x.mul(6));
    const { history } = minimize(f, 0, {
      solver: gradientDescent({ learningRate: 0.25 }),
      maxSteps: 3,
      keepHistory: true,
    });
    expect(
      history.map(({ index, x, value, gradNorm, stepSize }) => [index, x.item(), value, gradNorm, stepSize]),
    ).toEqual([
      [0, 0, 0, 6, 0],
      [1, 1.5, -6.75, 3, 0.25],
      [2, 2.25, -8.4375, 1.5, 0.25],
      [3, 2.625, -8.859375, 0.75, 0.25],
    ]);
  });

  it("does not zigzag in the tutorial's valley: w₂ is solved in one step, w₁ falls by .95", () => {
    const { sgd } = seeds.trajectories80;
    const { x, value, history } = minimize(valley, [8, 3], {
      solver: gradientDescent({ learningRate: 0.05 }),
      maxSteps: 80,
      keepHistory: true,
    });
    expect(history[1]!.x.toArray()).toEqual([7.6, 0]);
    expect(x.at(0).item()).toBeCloseTo(sgd.w[0]!, 13);
    expect(x.at(0).item()).toBeCloseTo(8 * 0.95 ** 80, 13);
    expect(value).toBeCloseTo(sgd.value, 14);
  });

  it("the tutorial's gradient at (1, 2) is (4, 5)", () => {
    const f = ({ x, y }: { x: Scalar; y: Scalar }) => x.square().add(x.mul(y)).add(y.square());
    const g = grad(f)({ x: 1, y: 2 });
    expect([g.x.item(), g.y.item()]).toEqual(seeds.gradient.gradient);
    const step = minimize(f, { x: 1, y: 2 }, { solver: gradientDescent({ learningRate: 0.1 }), maxSteps: 1 });
    expect(step.x.x.item()).toBeCloseTo(0.6, 15);
    expect(step.x.y.item()).toBeCloseTo(1.5, 15);
  });

  it("explains a rate that is too large", () => {
    const { status, message, x } = minimize(valley, [8, 3], { solver: gradientDescent({ learningRate: 0.2 }) });
    expect(status).toBe("nonfinite");
    expect(message).toMatchInlineSnapshot(
      `"gradientDescent stopped after 320 steps (nonfinite): a step with learning rate 0.2 leads to the value Infinity; above 2/L, with L the largest curvature, steps overshoot and grow. Lower learningRate, or use "auto". The gradient norm is 60, the tolerance 2e-8. Start inside of the domain of f, keep logarithms and roots away from its border, or scale the variables."`,
    );
    expect(x.toArray()).toEqual([8, 3]); // the best point that was seen
  });
});

describe("the tutorial's line", () => {
  const X = array(line.x);
  const y = array(line.y);
  const loss = ({ w, b }: { w: Scalar; b: Scalar }): Scalar => X.mul(w).add(b).sub(y).square().mean();

  it.each([1, 500, 2000])("is where the same recursion in numpy is after %s steps, and not converged", (steps) => {
    const solution = minimize(
      loss,
      { w: 0, b: 0 },
      { solver: gradientDescent({ learningRate: line.rate }), maxSteps: steps },
    );
    const expected = line.after[String(steps) as keyof typeof line.after];
    expect(solution.status).toBe("max-steps");
    expect(solution.x.w.item()).toBeCloseTo(expected.w, 10);
    expect(solution.x.b.item()).toBeCloseTo(expected.b, 10); // 1.5009 after 500, 1.9733 after 2000; exact 1.9888
    expect(solution.value).toBeCloseTo(expected.loss, 9);
  });

  it("with the rate that auto takes, 2000 steps are enough, and the message says what was taken", () => {
    const { smallest, largest } = line.curvatures;
    const solution = minimize(
      loss,
      { w: 0, b: 0 },
      { solver: gradientDescent({ learningRate: "auto" }), maxSteps: 3000 },
    );
    expect(solution.status).toBe("converged");
    expect(solution.x.b.item()).toBeCloseTo(line.exact.b, 6);
    expect(solution.message).toMatchInlineSnapshot(
      `"gradientDescent converged after 2029 steps: the gradient norm 1.99e-8 is within the tolerance 2e-8. It used learning rate 0.0248 = 2/(L + μ) from the curvatures L = 80 and μ = 0.459 at the start (condition number 174)."`,
    );
    expect(solution.message).toContain(String(Number((2 / (smallest + largest)).toPrecision(3))));
  });
});

describe("gradientDescent with auto", () => {
  const auto = gradientDescent({ learningRate: "auto" });

  it("contracts a quadratic by (κ − 1)/(κ + 1) per step", () => {
    // eigenvalues 1 and 20: η = 2/21; both components shrink by 19/21
    const { history } = minimize(valley, [8, 3], { solver: auto, maxSteps: 5, keepHistory: true });
    const [before, after] = [history[4]!.x.toArray(), history[5]!.x.toArray()];
    expect(after[0]! / before[0]!).toBeCloseTo(19 / 21, 10);
    expect(after[1]! / before[1]!).toBeCloseTo(-19 / 21, 10);
  });

  it("lowers the rate where a step would raise f", () => {
    // curvature 12x²: 1.2 at the start .3… f = x⁴ − 8x² has curvature 12x² − 16: −14.9 at .3, 32 at the minima ±2
    const solution = minimize((x: Scalar) => x.square().square().sub(x.square().mul(8)), 0.3, { solver: auto });
    expect(solution.status).toBe("converged");
    expect(solution.x.item()).toBeCloseTo(2, 7);
    expect(solution.message).toMatchInlineSnapshot(
      `"gradientDescent converged after 9 steps: the gradient norm 7e-9 is within the tolerance 2e-8. It used learning rate 0.067, one over the largest curvature 14.9 at the start; the smallest is -14.9, so f is not a bowl there. It was lowered once, to 0.0297, where a step would have raised f."`,
    );
    const values = minimize((x: Scalar) => x.square().square().sub(x.square().mul(8)), 0.3, {
      solver: auto,
      keepHistory: true,
    }).history.map((step) => step.value);
    expect(values.every((value, i) => i === 0 || value <= values[i - 1]! + 1e-11)).toBe(true); // 16·2⁻⁴³
  });

  it("works from gradients alone", () => {
    const c = [1, 20];
    const valueAndGradient = (x: Float64Array) => ({
      value: x.reduce((sum, v, i) => sum + 0.5 * c[i]! * v * v, 0),
      gradient: x.map((v, i) => c[i]! * v),
    });
    const solution = minimizeVector({ value: (x) => valueAndGradient(x).value, valueAndGradient }, [8, 3], {
      solver: auto,
    });
    expect(solution.status).toBe("converged");
    expect(solution.stats.hessianEvaluations).toBe(0);
    expect(solution.message).toContain("0.0952 = 2/(L + μ)");
  });

  it("goes down a slope without curvature until it is unbounded, or says where it stopped", () => {
    const { status, message } = minimize((x: Scalar) => x.neg(), 0, { solver: auto, maxSteps: 10 });
    expect(status).toBe("max-steps");
    expect(message).toContain("learning rate 1");
  });

  it("needs a rate", () => {
    expect(() => gradientDescent({} as never)).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: gradientDescent: learningRate is required.]`,
    );
    expect(() => gradientDescent({ learningRate: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: gradientDescent: learningRate must be positive, got -1.]`,
    );
  });
});

describe("extremeCurvatures", () => {
  const diagonal = (d: readonly number[]) => (v: Float64Array) => v.map((x, i) => d[i]! * x);

  it("finds both ends of a spectrum within as many products as there are curvatures", () => {
    const seen = extremeCurvatures(diagonal([3, -2, 7, 7, 0.5]), Float64Array.of(1, 1, 1, 1, 1))!;
    expect(seen.largest).toBeCloseTo(7, 10);
    expect(seen.smallest).toBeCloseTo(-2, 10);
  });

  it("is close after 20 products on 200 curvatures", () => {
    const d = Array.from({ length: 200 }, (_, i) => 1 + i);
    const seen = extremeCurvatures(diagonal(d), new Float64Array(200).fill(1))!;
    expect(seen.largest).toBeGreaterThan(0.98 * 200);
    expect(seen.largest).toBeLessThanOrEqual(200 + 1e-9);
    expect(seen.smallest).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(seen.smallest).toBeLessThan(3);
  });

  it("sees what the start vector excites, and nothing from a zero vector", () => {
    expect(extremeCurvatures(diagonal([1, 100]), Float64Array.of(1, 0))!.largest).toBeCloseTo(1, 12);
    expect(extremeCurvatures(diagonal([1, 100]), Float64Array.of(0, 0))).toBeUndefined();
  });
});
