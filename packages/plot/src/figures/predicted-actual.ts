import type { ArrayLike } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import { axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { niceDomain } from "../shared/domain.ts";
import { frame, specification } from "../shared/frame.ts";
import { dotMark, ruleMark } from "../shared/marks.ts";
import { count, formatNumber } from "../shared/numbers.ts";
import { everyKth } from "../shared/thin.ts";
import { requireFinite, requireSame, requireSome, toNumbers } from "../shared/values.ts";

/**
 * Predictions against the truth; a perfect model puts every point on the dashed diagonal.
 *
 * @throws ShapeError when the lengths differ; DataError for values that are not finite.
 *
 * @example
 * ```ts
 * import { predictedActual } from "@steepest/plot";
 * predictedActual([1, 2, 3], [1.1, 1.9, 3.2]).toTable()[0]; // { actual: 1, predicted: 1.1 }
 * ```
 */
export function predictedActual(actual: ArrayLike, predicted: ArrayLike, options: FigureOptions = {}): Figure {
  const truth = toNumbers(actual);
  const guess = toNumbers(predicted);
  requireSome("predictedActual", "points", truth.length);
  requireSame("predictedActual", ["actual", "predicted"], truth, guess);
  requireFinite("predictedActual", "actual", truth);
  requireFinite("predictedActual", "predicted", guess);

  const domain = niceDomain(truth, guess);
  const x: NumericAxis = { label: "actual", type: "linear", domain };
  const y: NumericAxis = { label: "predicted", type: "linear", domain };
  const box = frame(options, {
    owner: "predictedActual",
    title: "Predicted against actual",
    width: 420,
    height: 420,
    margins: axisMargins(x, y),
  });
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const squares = truth.reduce((sum, value, i) => sum + (value - guess[i]!) ** 2, 0);
  const spread = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const explained = spread === 0 ? "" : `, R² ${formatNumber(1 - squares / spread)}`;
  const description =
    options.description ??
    `${count(truth.length, "row")}: root mean squared error ${formatNumber(Math.sqrt(squares / truth.length))}${explained}.`;
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [{ name: "points", values: everyKth(truth.length).map((i) => ({ x: truth[i]!, y: guess[i]! })) }],
      scales: [numericScale("x", x, [0, box.width]), numericScale("y", y, [box.height, 0])],
      axes: [leftAxis(y, box.height, box.padding.left), bottomAxis(x, box.width, true)],
      marks: [
        ruleMark(box.theme, [domain[0], domain[0]], [domain[1], domain[1]]),
        dotMark(box.theme, { opacity: 0.3, size: truth.length > 300 ? 16 : 36 }),
      ],
    }),
    table: () => truth.map((value, i) => ({ actual: value, predicted: guess[i]! })),
  });
}
