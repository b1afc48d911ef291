// Trees of arrays as safetensors: leaves under their paths.
import { type AnyArray, fromTyped, leaves, type Params } from "../array/index.ts";
import { DataError, formatShape } from "../errors/index.ts";
import { readTensor } from "../program/index.ts";
import { mapTree } from "../tree/index.ts";
import { type RawTensor, readSafetensors, writeSafetensors } from "./safetensors.ts";

export interface SaveParamsOptions {
  /** Plain texts kept beside the arrays. */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * A tree of arrays as safetensors, each leaf under its path: `"block1.weight"`. A tree that is one array is called "value".
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { loadParams, saveParams } from "steepest/io";
 * const bytes = saveParams({ w: array([1, 2]), b: array([-0]) }, { metadata: { task: "line" } });
 * console.log(loadParams(bytes, { w: array([0, 0]), b: array([0]) }).w.toArray()); // [1, 2]
 * ```
 */
export function saveParams<P extends Params<P>>(params: P, options: SaveParamsOptions = {}): Uint8Array {
  return writeTensors(
    leaves(params).map(({ path, value }) => [nameOf(path), value]),
    options.metadata,
  );
}

/**
 * The tree that `saveParams` wrote, in the structure of `like`.
 *
 * @throws DataError naming the first leaf that is missing, left over, or of another shape or width than in `like`.
 */
export function loadParams<P extends Params<P>>(bytes: Uint8Array, like: P): P {
  const { tensors } = readTensors(bytes);
  const left = new Set(tensors.keys());
  const params = mapTree(like, (leaf, path) => {
    const name = nameOf(path);
    const found = tensors.get(name);
    if (found === undefined) {
      throw new DataError(
        `loadParams: there is no array "${name}" in the file, which holds ${[...tensors.keys()].join(", ") || "none"}. The file belongs to another model.`,
        { code: "missing-tensor", expected: name },
      );
    }
    checkAlike("loadParams", name, found, leaf as AnyArray); // leaves of Params are arrays
    left.delete(name);
    return found;
  });
  const [first] = left;
  if (first === undefined) return params as P; // same structure
  throw new DataError(
    `loadParams: the file holds the array "${first}", which the given tree does not have. The file belongs to another model.`,
    { code: "left-over-tensor", received: first },
  );
}

export interface Tensors {
  readonly tensors: ReadonlyMap<string, AnyArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * All arrays of a safetensors file. Widths F64, F32, I32, BOOL, and U8 of zeros and ones.
 *
 * @throws DataError "invalid-safetensors" for a file that is cut, damaged, or holds other widths.
 */
export function readTensors(bytes: Uint8Array): Tensors {
  const { tensors, metadata } = readSafetensors(bytes);
  const arrays = [...tensors].map(([name, { shape, data }]) => [name, fromTyped(shape, data)] as const);
  return { tensors: new Map(arrays), metadata };
}

/** Arrays as safetensors, in the order given. */
export function writeTensors(
  arrays: Iterable<readonly [name: string, value: AnyArray]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const tensors = [...arrays].map(([name, value]) => [name, rawTensor(name, value)] as const);
  return writeSafetensors({ tensors: new Map(tensors), metadata });
}

function rawTensor(name: string, value: AnyArray): RawTensor {
  const tensor = readTensor(value);
  if (tensor !== undefined) return tensor;
  throw new DataError(
    `saveParams: "${name}" belongs to a function that is being traced and has no values yet. Save outside of it.`,
    {
      code: "value-read",
    },
  );
}

/** @throws DataError unless width and shape agree. */
export function checkAlike(owner: string, name: string, found: AnyArray, like: AnyArray): void {
  const same = found.dtype === like.dtype && formatShape(found.shape) === formatShape(like.shape);
  if (same) return;
  const describe = ({ dtype, shape }: AnyArray) => `${dtype} ${formatShape(shape)}`;
  throw new DataError(
    `${owner}: "${name}" is ${describe(found)} in the file, but ${describe(like)} in the given tree. The file belongs to another model.`,
    {
      code: found.dtype === like.dtype ? "tensor-shape" : "tensor-type",
      received: describe(found),
      expected: describe(like),
    },
  );
}

function nameOf(path: string): string {
  return path === "" ? "value" : path;
}
