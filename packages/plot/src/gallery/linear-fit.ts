// The line of the tutorial, y = 3x + 2 with noise 1.5, and two descents to it.
import { array, concat, type NDArray, ones } from "steepest";
import { functionData } from "steepest/data";
import { linearRegression } from "steepest/models";
import { key } from "steepest/random";
import { gradientDescent, iterate } from "steepest/solve";
import type { Figure, FigureOptions } from "../figure.ts";
import { curves } from "../figures/curves.ts";
import { regressionLine } from "../figures/regression-line.ts";
import { formatNumber } from "../shared/numbers.ts";
import { sideBySide } from "./side-by-side.ts";
import { withNote } from "./with-note.ts";

const steps = 500;
const tutorialRate = 0.005;

export function linearFitFigure(options: FigureOptions = {}): Figure {
  const { X, y } = functionData({ samples: 100, f: (x) => 3 * x + 2, low: 0, high: 10, noise: 1.5, key: key(42) });
  const model = linearRegression().fit(X, y);
  const design = concat([X, ones([100, 1])], 1);
  const meanSquare = (w: NDArray) => design.matmul(w).sub(y).square().mean();
  const lowest = meanSquare(array([...model.coef.toArray(), model.intercept.item()])).item();
  const descend = (learningRate: number) => [
    meanSquare(array([0, 0])).item() - lowest,
    ...[...iterate(meanSquare, [0, 0], { solver: gradientDescent({ learningRate }), maxSteps: steps })].map(
      ({ value }) => value - lowest,
    ),
  ];
  const [low, high] = curvatures(design);
  const best = 2 / (low + high);
  const figure = sideBySide(
    [
      (each) => regressionLine(X, y, model, { title: "Linear fit and residuals", height: 380, ...each }),
      (each) =>
        curves(
          {
            [`rate ${tutorialRate}`]: descend(tutorialRate),
            [`rate ${formatNumber(best, 3)} = 2/(L + μ)`]: descend(best),
          },
          { title: "Descent to it", scale: "log", yLabel: "mean squared error above the lowest", height: 380, ...each },
        ),
    ],
    { title: "Linear regression", ...options },
  );
  return withNote(
    figure,
    `With the condition number ${formatNumber(high / low, 3)} descent is slow: after ${steps} steps it has not arrived, as the tutorial shows it. Its points and their noise came from one random key; here they have two.`,
  );
}

/** Lowest and highest curvature of the mean square: eigenvalues of (2/n)·XᵀX, which is 2 × 2. */
function curvatures(design: NDArray): readonly [number, number] {
  const [a, b, , d] = design.T.matmul(design)
    .mul(2 / design.shape[0]!)
    .toArray() as [number, number, number, number];
  const middle = (a + d) / 2;
  const radius = Math.hypot((a - d) / 2, b);
  return [middle - radius, middle + radius];
}
