// Ridge regression with six features, of which neighbors are alike: what the penalty does to coefficients.
import { linearData } from "steepest/data";
import { linearRegression } from "steepest/models";
import { key } from "steepest/random";
import type { Figure, FigureOptions } from "../figure.ts";
import { coefficients } from "../figures/coefficients.ts";
import { heatmap } from "../figures/heatmap.ts";
import { regularizationPath } from "../figures/regularization-path.ts";

const truth = [3, -2, 1.5, 0, 0, 0.5];
const names = truth.map((_, j) => `x${"₁₂₃₄₅₆"[j]}`);

const data = () => linearData({ samples: 60, coef: truth, noise: 2, correlation: 0.8, key: key(3) });

/** Half decades from 100 to 0.001. */
const strengths = Array.from({ length: 41 }, (_, i) => 10 ** (2 - i / 8));

export function ridgePathFigure(options: FigureOptions = {}): Figure {
  const { X, y } = data();
  const coefs = strengths.map((l2) => linearRegression({ l2 }).fit(X, y).coef.toArray());
  return regularizationPath(
    { strengths, coefs },
    { title: "Ridge: coefficients by penalty", xLabel: "l2", names, ...options },
  );
}

export function coefficientsFigure(options: FigureOptions = {}): Figure {
  const { X, y } = data();
  const fit = (l2: number) => linearRegression({ l2 }).fit(X, y).coef;
  return coefficients(
    { truth, "least squares": fit(0), "ridge, l2 = 0.3": fit(0.3) },
    { title: "Coefficients with and without a penalty", names, ...options },
  );
}

export function correlationsFigure(options: FigureOptions = {}): Figure {
  const { X } = data();
  const centered = X.sub(X.mean(0));
  const scaled = centered.div(centered.norm(0));
  return heatmap(scaled.T.matmul(scaled), {
    title: "Correlations of the features",
    rows: names,
    columns: names,
    ...options,
  });
}
