// What transforms of features have in common. They learn from the rows of one fit, and are saved with the model.
import { type AnyArray, type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { readRows } from "../design.ts";
import type { Storable } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { withText } from "../text.ts";

export interface TransformFitOptions {
  /** One weight per row, 0 or more. Default: 1 each. */
  sampleWeight?: ArrayLike;
}

export interface FittedTransform extends Storable {
  /** "n d" gives "n m". @throws ShapeError with both widths when d differs from the fit. */
  transform(X: ArrayLike): NDArray;
  /** Of the columns that come out: `"x0"`, `"x0^2"`, `"missing(x1)"`. */
  readonly names: readonly string[];
}

/** Columns in, columns out; no labels. */
export interface Transform {
  readonly kind: string;
  fit(X: ArrayLike, options?: TransformFitOptions): FittedTransform;
}

export interface TransformParts {
  readonly kind: string;
  readonly features: number;
  readonly names: readonly string[];
  /** "allow": NaN may come in. */
  readonly missing: "refuse" | "allow";
  /** What `state` holds beside the arrays. */
  readonly options: JsonObject;
  readonly tensors: Readonly<Record<string, AnyArray>>;
  /** Rows of `features` numbers to rows of as many numbers as there are names. */
  apply(values: Float64Array, n: number): Float64Array;
}

export function fittedTransform(parts: TransformParts): FittedTransform {
  const { kind, features, names, missing, options, tensors, apply } = parts;
  const state = (): ModelState => ({ kind, fields: { options, columns: features }, tensors, parts: {} });
  const transform: FittedTransform = {
    kind,
    features,
    names,
    transform(X) {
      const { n, values } = readRows(`${kind}.transform`, X, features, missing);
      return fromTyped([n, names.length], apply(values, n)) as NDArray; // f64
    },
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(transform, () => `${kind}, ${features} → ${names.length} columns`);
}

/** x0, x1, … */
export function columnNames(count: number): string[] {
  return Array.from({ length: count }, (_, j) => `x${j}`);
}

export function vectorOf(values: Float64Array): NDArray {
  return fromTyped([values.length], values) as NDArray; // f64
}
