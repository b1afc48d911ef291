// Random calls of an operation, and how their inputs become one vector.
import { concat, type NDArray } from "../array/index.ts";
import type { OpSample } from "../ops/index.ts";
import { drawDirection, drawInputs, toArray } from "./draws.ts";

/** One random call, as a function of one vector that holds all inputs. */
export class Draw {
  readonly values: readonly (readonly number[])[];
  readonly seed: string;
  readonly sample: OpSample;

  constructor(sample: OpSample, seed: string) {
    this.sample = sample;
    this.seed = seed;
    this.values = drawInputs(sample, seed);
  }

  inputs(dtype: "f32" | "f64" = "f64"): NDArray[] {
    return this.sample.inputs.map(({ shape }, i) => toArray(shape, this.values[i]!, dtype));
  }

  vector(dtype: "f32" | "f64" = "f64"): NDArray {
    return concat(this.inputs(dtype).map((x) => x.flatten()));
  }

  /** All inputs in one vector to the flattened result. */
  readonly f = (vector: NDArray): NDArray => callOn(this.sample, vector);

  direction(shape: readonly number[], what: string): NDArray {
    return drawDirection(shape, `${this.seed} ${what}`);
  }
}

/** The sample call with its inputs cut from one vector; the result as a vector. */
export function callOn(sample: OpSample, vector: NDArray): NDArray {
  return sample.call(...cut(vector, sample.inputs)).flatten();
}

/** A vector cut into arrays of the shapes of `like`. */
export function cut(vector: NDArray, like: readonly { readonly shape: readonly number[] }[]): NDArray[] {
  let start = 0;
  return like.map(({ shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    start += size;
    return vector.at([start - size, start]).reshape(...shape);
  });
}
