// "Converged" means the same by every solver, without penalty too: within the tolerance of what Newton finds.
import { expect, it } from "vitest";
import { fold, key, normal, uniform } from "../../random/index.ts";
import { logisticRegression } from "./logistic-regression.ts";

/** Columns of one factor in two units, with noise of 1e-6 to 1; two or three classes that overlap. */
function correlated(seed: number): { X: number[][]; y: string[] } {
  const from = fold(key(5), seed);
  const [a, b, c] = uniform(fold(from, "sizes"), [3]).toArray() as [number, number, number];
  const [d, n, noise] = [1 + Math.floor(8 * a), 10 + Math.floor(60 * b), 10 ** (-6 * c)];
  const classes = seed % 3 === 0 ? 3 : 2;
  const draws = (name: string, size: number) => normal(fold(from, name), [size]).toArray();
  const [factor, own, error] = [draws("factor", n), draws("own", n * d), draws("error", n)];
  const X = factor.map((f, i) =>
    Array.from({ length: d }, (_, j) => (j % 2 === 0 ? 1 : 1000) * (f + noise * own[i * d + j]!)),
  );
  const y = factor.map((f, i) => {
    const score = (f + own[i * d]! + 1.2 * error[i]!) / 1.2 + classes / 2;
    return String(Math.min(classes - 1, Math.max(0, Math.floor(score))));
  });
  return { X, y };
}

it("solvers are converged only within the tolerance of the optimum", () => {
  let converged = 0;
  for (let seed = 0; seed < 80; seed++) {
    const { X, y } = correlated(seed);
    if (new Set(y).size < 2) continue;
    const optimum = logisticRegression({ solver: "newton", tolerance: 1e-10 }).fit(X, y).report.objective;
    for (const solver of ["newton", "lbfgs"] as const) {
      const { status, objective, history } = logisticRegression({ solver }).fit(X, y).report;
      if (status !== "converged") continue;
      converged++;
      expect([seed, solver, objective - optimum <= 1e-6 * history[0]!]).toEqual([seed, solver, true]);
    }
  }
  expect(converged).toBeGreaterThan(100); // the others are separable
});
