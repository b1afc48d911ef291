// What `plot` draws: a mark says what it covers, and draws itself once the plane is known.
import type { TableRow } from "../figure.ts";
import type { JsonObject } from "../json.ts";
import type { Region } from "../shared/surface.ts";
import type { Theme } from "../shared/theme.ts";

/** The plane that a mark is drawn on. */
export interface Plane extends Region {
  readonly theme: Theme;
  /** Position of the mark's first series; the scales `color`, `dash` and `symbol` map positions. */
  readonly series: number;
  /** The place of a mark with names among those: bars stand side by side. */
  readonly slot: { readonly index: number; readonly of: number };
}

export interface Drawing {
  /** Data sets of this mark alone. */
  readonly data: readonly JsonObject[];
  /** Vega marks on the scales `x` and `y`. */
  readonly marks: readonly JsonObject[];
  readonly table: readonly TableRow[];
}

/** A part of a free-form figure. An own mark needs these five. */
export interface Mark {
  readonly kind: string;
  /** For the description: "line of 20 points". */
  readonly words: string;
  /** One entry per color that the mark uses; the label appears in the legend unless it is empty. */
  readonly series: readonly { readonly label: string; readonly shape: "line" | "dot" }[];
  /** Points that the axes must cover; empty for marks that fill any plane. */
  readonly covers: readonly (readonly [x: number, y: number])[];
  /** Names in the place of numbers on the x axis, at 0, 1, … */
  readonly names?: readonly string[];
  draw(plane: Plane): Drawing;
}
