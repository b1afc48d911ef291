// ADMM at work: residuals of a lasso, parties that come to agree, a budget over cities with its price.
import { array, type NDArray } from "steepest";
import { negativeReturn } from "steepest/allocate";
import { linearData } from "steepest/data";
import { l1, type Proximable, quadratic, separable, squaredLoss, sumEquals } from "steepest/prox";
import { key } from "steepest/random";
import { admm } from "steepest/solve";
import type { Figure, FigureOptions } from "../figure.ts";
import { allocationBars } from "../figures/allocation-bars.ts";
import { curves } from "../figures/curves.ts";
import { residuals } from "../figures/residuals.ts";

export function admmResidualsFigure(options: FigureOptions = {}): Figure {
  const { X, y } = linearData({
    samples: 50,
    coef: [3, -2, 1.5, 0, 0, 0, 0.5, 0],
    noise: 1,
    correlation: 0.5,
    key: key(5),
  });
  const run = admm({ f: squaredLoss(X, y), g: l1(5) }, { atol: 1e-10, rtol: 1e-10, rho: 0.01 });
  return residuals(run.residuals, { title: "A lasso by ADMM, started with a ρ that is too small", ...options });
}

/** Three parties want −1, 0 and 4, with weights 1, 2 and 1: they agree on 0.75. */
const wishes = [-1, 0, 4];
const weights = [1, 2, 1];
const agreement: Proximable = {
  name: "agreement",
  convex: true,
  value: () => 0,
  prox: (v) => v.mul(0).add(v.mean()),
};

export function consensusFigure(options: FigureOptions = {}): Figure {
  const f = separable(weights.map((a, i) => ({ size: 1, f: quadratic([[a]], [-a * wishes[i]!]) })));
  const start = { z: array([0, 0, 0]) };
  const copies = Array.from({ length: 25 }, (_, step) => {
    const { x } = admm(
      { f, g: agreement },
      { rho: 0.5, relaxation: 1, adaptiveRho: false, maxSteps: step + 1, warmStart: start },
    );
    return x.toArray();
  });
  const names = wishes.map((wish, i) => `wants ${wish === -1 ? "−1" : wish}, weight ${weights[i]}`);
  return curves(Object.fromEntries(names.map((name, i) => [name, copies.map((x) => x[i]!)])), {
    title: "Three parties come to agree",
    xLabel: "iteration",
    yLabel: "copy of x",
    description:
      "Copies of one number at three parties by iteration of consensus ADMM: each starts from what it wants alone, all end at 0.75, the weighted mean of −1, 0 and 4.",
    ...options,
  });
}

const cities = [
  { name: "Ankara", scale: 4, saturation: 10, upper: 60 },
  { name: "Bremen", scale: 3, saturation: 5, upper: 20 },
  { name: "Cork", scale: 6, saturation: 20, upper: 60 },
  { name: "Delft", scale: 2, saturation: 8, upper: 40 },
  { name: "Évora", scale: 5, saturation: 12, upper: 60 },
];

/** By ADMM in two functions: what the cities want, and that it must add up. The price is 4/31. */
export function allocationFigure(options: FigureOptions = {}): Figure {
  const f = separable(
    cities.map(({ scale, saturation, upper }) => ({
      size: 1,
      f: negativeReturn({ form: "log", scale, saturation }, { lower: 5, upper }),
    })),
  );
  const { z, multiplier }: { z: NDArray; multiplier: NDArray } = admm(
    { f, g: sumEquals(100) },
    { rho: 0.01, atol: 1e-10, rtol: 1e-10 },
  );
  const spend = z.toArray();
  const rows = cities.map(({ name, scale, saturation }, i) => ({
    name,
    spend: spend[i]!,
    marginal: scale / (saturation + spend[i]!),
  }));
  return allocationBars(rows, multiplier.mean().item(), { title: "A budget of 100 over five cities", ...options });
}
