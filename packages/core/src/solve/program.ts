// Functions of vectors, run as compiled programs where they can be traced and eagerly where they cannot.
import { fromTyped, type NDArray } from "../array/index.ts";
import { compile } from "../compile/index.ts";
import { InternalError, TraceError } from "../errors/index.ts";
import { readTensor } from "../program/index.ts";

/**
 * A function of vectors as one program, traced at its first call.
 *
 * A function that reads numbers while it runs (`item()` in an `if`) cannot be traced: it is called as it is, always.
 */
export function program<R extends NDArray | readonly NDArray[]>(
  f: (...args: NDArray[]) => R,
): (...args: Float64Array[]) => R {
  const compiled = compile(f as (...args: NDArray[]) => NDArray);
  let eager = false;
  return (...args) => {
    const arrays = args.map((x) => fromTyped([x.length], x.slice()) as NDArray);
    if (eager) return f(...arrays);
    try {
      return compiled(...arrays) as unknown as R; // the structure that f returns
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      eager = true;
      return f(...arrays);
    }
  };
}

/** The numbers of an array that has values, in f64. */
export function rawOf(x: NDArray): Float64Array {
  const tensor = readTensor(x);
  if (tensor === undefined) throw new InternalError("solve: an array has no value.");
  return tensor.data instanceof Float64Array ? tensor.data : Float64Array.from(tensor.data);
}
