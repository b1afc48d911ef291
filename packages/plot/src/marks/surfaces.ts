// Marks made from functions of the plane: contours, arrows, zero sets.

import type { NDArray } from "steepest";
import { array } from "steepest";
import {
  contourData,
  contourLabelMarks,
  contourMark,
  type LevelScale,
  type SurfaceFunction,
  sampleSurface,
} from "../shared/surface.ts";
import { arrowData, arrowMark, sampleField } from "../shared/vector-field.ts";
import type { Mark } from "./mark.ts";

export interface ContourOptions {
  /** How many, or their values. Default 11, chosen so that each encloses about the same area more. */
  levels?: number | readonly number[];
  /** "log": levels of equal ratio above zero, for functions that grow by powers. Default "linear": of equal area. */
  scale?: LevelScale;
  /** Darken the ground with height. Default true. */
  filled?: boolean;
  /** Write the values on the lines. Default true. */
  labels?: boolean;
}

/** Lines of equal value of f. Cost: 3,844 evaluations. */
export function contour(f: SurfaceFunction, options: ContourOptions = {}): Mark {
  const { levels, filled = true, labels = true, scale = "linear" } = options;
  return {
    kind: "contour",
    words: "contours",
    series: [],
    covers: [],
    draw(plane) {
      const surface = sampleSurface("contour", f, plane, levels, scale);
      return {
        data: contourData(surface, plane),
        marks: [
          contourMark(plane.theme, filled ? surface.levels.length : 0),
          ...(labels ? contourLabelMarks(plane.theme) : []),
        ],
        table: surface.levels.map((level) => ({ mark: "contour", level })),
      };
    },
  };
}

export interface QuiverOptions {
  /** Arrows per row. Default 15. */
  density?: number;
  /** All arrows equally long. Default false: longer where the field is stronger, by the fourth root. */
  normalize?: boolean;
}

/** Arrows of a vector field, for example `quiver(grad(f))`. Cost: one evaluation per arrow. */
export function quiver(field: (x: NDArray) => NDArray, options: QuiverOptions = {}): Mark {
  const { density = 15, normalize = false } = options;
  return {
    kind: "quiver",
    words: "arrows of a field",
    series: [],
    covers: [],
    draw(plane) {
      const at = (x: number, y: number) => field(array([x, y])).toArray() as [number, number];
      const vectors = sampleField(at, plane, { columns: density, power: normalize ? 0 : 0.25 });
      return {
        data: [arrowData(vectors)],
        marks: [arrowMark(plane.theme)],
        table: vectors.map(({ x, y, u, v }) => ({ mark: "quiver", x, y, u, v })),
      };
    },
  };
}

/** The set g(x) = 0 in the plane: a constraint, a decision boundary. Cost: 3,844 evaluations. */
export function implicit(g: SurfaceFunction, options: { label?: string } = {}): Mark {
  const { label = "" } = options;
  return {
    kind: "implicit",
    words: label === "" ? "the set where a function is zero" : label,
    series: [{ label, shape: "line" }],
    covers: [],
    draw(plane) {
      const enter = {
        fill: { value: "transparent" },
        stroke: { scale: "color", value: plane.series },
        strokeDash: { scale: "dash", value: plane.series },
        strokeWidth: { value: 2.25 },
      };
      return {
        data: contourData(sampleSurface("implicit", g, plane, [0]), plane),
        marks: [{ ...contourMark(plane.theme), encode: { enter } }],
        table: [{ mark: label === "" ? "implicit" : label, level: 0 }],
      };
    },
  };
}
