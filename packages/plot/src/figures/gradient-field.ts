import { array, grad } from "steepest";
import { type Figure, type FigureOptions, makeFigure } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import { arrowPath } from "../shared/arrows.ts";
import { type AxisOptions, axisMargins, bottomAxis, leftAxis, type NumericAxis, numericScale } from "../shared/axes.ts";
import { equalUnits } from "../shared/equal-units.ts";
import { frame, specification } from "../shared/frame.ts";
import { formatNumber } from "../shared/numbers.ts";
import { contourData, contourLabelMarks, contourMark, type SurfaceFunction, sampleSurface } from "../shared/surface.ts";
import type { Theme } from "../shared/theme.ts";

export interface GradientFieldOptions extends FigureOptions {
  /** Default domain −5 to 5. */
  x?: AxisOptions;
  y?: AxisOptions;
  /** A point to mark, with its gradient in the description. */
  at?: readonly [number, number];
}

const columns = 15;

/**
 * Contours of f and its gradient as arrows: they point uphill, across the contour lines, and are longer where f is steeper
 * (length grows with the fourth root, so that flat regions stay visible).
 *
 * One unit is equally long on both axes unless `height` is given: only then are arrows perpendicular to contours.
 * Cost: 3,844 evaluations of f and about 200 of its gradient.
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
  const field = sampleField(gradientAt, x.domain, y.domain, box.width, box.height);
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
      data: [
        ...contourData(surface, { x: x.domain, y: y.domain, width: box.width, height: box.height }),
        { name: "arrows", values: field.map((v) => ({ x: v.x, y: v.y, path: v.path })) },
      ],
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
      field.map((v) => ({ [x.label]: v.x, [y.label]: v.y, [`∂f/∂${x.label}`]: v.gx, [`∂f/∂${y.label}`]: v.gy })),
  });
}

interface FieldVector {
  readonly x: number;
  readonly y: number;
  readonly gx: number;
  readonly gy: number;
  readonly path: string;
}

function sampleField(
  gradientAt: (x: number, y: number) => readonly [number, number],
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  width: number,
  height: number,
): FieldVector[] {
  const cell = width / columns;
  const rows = Math.max(2, Math.round(height / cell));
  const scale = { x: width / (x1 - x0), y: -height / (y1 - y0) };
  const vectors = Array.from({ length: rows * columns }, (_, k) => {
    const x = x0 + ((x1 - x0) * ((k % columns) + 0.5)) / columns;
    const y = y0 + ((y1 - y0) * (Math.floor(k / columns) + 0.5)) / rows;
    const [gx, gy] = gradientAt(x, y);
    return { x, y, gx, gy };
  }).filter(({ gx, gy }) => Number.isFinite(gx) && Number.isFinite(gy));
  const pixels = vectors.map(({ gx, gy }) => Math.hypot(gx * scale.x, gy * scale.y));
  const longest = Math.max(...pixels, Number.MIN_VALUE);
  return vectors.map((v, i) => {
    const size = pixels[i]!;
    const length = size === 0 ? 0 : (0.85 * cell * (size / longest) ** 0.25) / size;
    return { ...v, path: arrowPath({ dx: v.gx * scale.x * length, dy: v.gy * scale.y * length }) };
  });
}

function arrowMark(theme: Theme): JsonObject {
  return {
    type: "path",
    from: { data: "arrows" },
    encode: {
      enter: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        path: { field: "path" },
        stroke: { value: theme.ink },
        strokeOpacity: { value: 0.75 },
        strokeWidth: { value: 1.1 },
        strokeCap: { value: "round" },
      },
    },
  };
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
