import { array, grad } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { type AxisOptions, axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { equalUnits } from "../shared/equal-units.ts";
import { frame, specification } from "../shared/frame.ts";
import { formatNumber } from "../shared/numbers.ts";
import { contourData, contourLabelMarks, contourMark, type SurfaceFunction, sampleSurface } from "../shared/surface.ts";
import type { Theme } from "../shared/theme.ts";
import { arrowData, arrowMark, sampleField } from "../shared/vector-field.ts";

export interface GradientFieldOptions extends FigureOptions {
  /** Default domain −5 to 5. */
  x?: AxisOptions;
  y?: AxisOptions;
  /** A point to mark, with its gradient in the description. */
  at?: readonly [number, number];
}

/**
 * Contours of f and its gradient as arrows: they point uphill, across the contour lines, and are longer where f is steeper
 * (length grows with the fourth root, so that flat regions stay visible).
 *
 * One unit is equally long on both axes unless `height` is given: only then are arrows perpendicular to contours.
 * Cost: 3,844 evaluations of f and up to about 200 of its gradient.
 *
 * @example
 * ```ts
 * import { gradientField } from "@steepest/plot";
 * const bowl = gradientField((w) => w.square().sum(), { at: [1, 2] });
 * bowl.description; // "Contours and gradients for x from −5 to 5 and y from −5 to 5; at (1, 2) the value is 5 and the gradient (2, 4)."
 * ```
 */
export function gradientField(f: SurfaceFunction, options: GradientFieldOptions = {}): Figure {
  const x: NumericAxis = { label: "x", domain: [-5, 5], ...options.x, type: "linear" };
  const y: NumericAxis = { label: "y", domain: [-5, 5], ...options.y, type: "linear" };
  const box = frame(options, {
    owner: "gradientField",
    title: "Gradient field",
    width: 460,
    height: { plot: equalUnits(x.domain, y.domain) },
    margins: axisMargins(x, y),
  });
  const surface = sampleSurface("gradientField", f, { x: x.domain, y: y.domain });
  const slope = grad(f);
  const gradientAt = (px: number, py: number) => slope(array([px, py])).toArray() as [number, number];
  const region = { x: x.domain, y: y.domain, width: box.width, height: box.height };
  const columns = Math.max(9, Math.min(15, Math.round(box.width / 26)));
  const field = sampleField(gradientAt, region, { columns, power: 0.25 });
  const { at } = options;
  const marked = at && { at, value: f(array([...at])).item(), gradient: gradientAt(...at) };
  const ends = ([low, high]: readonly [number, number]) => `from ${formatNumber(low)} to ${formatNumber(high)}`;
  const pair = ([a, b]: readonly [number, number]) => `(${formatNumber(a)}, ${formatNumber(b)})`;
  const description =
    options.description ??
    `Contours and gradients for ${x.label} ${ends(x.domain)} and ${y.label} ${ends(y.domain)}${marked === undefined ? "" : `; at ${pair(marked.at)} the value is ${formatNumber(marked.value)} and the gradient ${pair(marked.gradient)}`}.`;
  return makeFigure({
    title: box.title,
    description,
    spec: specification(box, description, {
      data: [...contourData(surface, region), arrowData(field)],
      scales: [numericScale("x", x, [0, box.width]), numericScale("y", y, [box.height, 0])],
      axes: [{ ...leftAxis(y, box.height, box.padding.left), grid: false }, bottomAxis(x, box.width)],
      marks: [
        contourMark(box.theme),
        arrowMark(box.theme),
        ...contourLabelMarks(box.theme),
        ...(at === undefined ? [] : [pointMark(box.theme, at)]),
      ],
    }),
    table: () =>
      field.map((v) => ({ [x.label]: v.x, [y.label]: v.y, [`∂f/∂${x.label}`]: v.u, [`∂f/∂${y.label}`]: v.v })),
  });
}

function pointMark(theme: Theme, [x, y]: readonly [number, number]): JsonObject {
  return {
    type: "symbol",
    encode: {
      enter: {
        x: { scale: "x", value: x },
        y: { scale: "y", value: y },
        size: { value: 90 },
        fill: { value: theme.series[1]! },
        stroke: { value: theme.paper },
        strokeWidth: { value: 1.5 },
      },
    },
  };
}
