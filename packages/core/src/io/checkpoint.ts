// Where training stands, as one file.
import type { AnyArray, NDArray, Params } from "../array/index.ts";
import { DataError } from "../errors/index.ts";
import type { Checkpoint } from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import { checkAlike, readTensors, writeTensors } from "./tensors.ts";

const FORMAT = "steepest-checkpoint";
const VERSION = "1";

/**
 * A checkpoint of `train` as safetensors: parameters, optimizer state, key, the best parameters so far; counts as metadata.
 *
 * Training that goes on from the loaded checkpoint gives the same bits. Write the bytes to a new file and rename it, so that a
 * crash leaves the former one.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { loadCheckpoint, saveCheckpoint } from "steepest/io";
 * import { train } from "steepest/nn";
 * import { adam } from "steepest/optim";
 * import { key } from "steepest/random";
 * const options = {
 *   params: array([4]) as NDArray,
 *   loss: (w: NDArray, { x }: { x: NDArray }) => w.sub(x).square().mean(),
 *   optimizer: adam({ learningRate: 0.1 }),
 *   batches: () => [{ x: array([2]) as NDArray }],
 *   key: key(0),
 * };
 * const bytes = saveCheckpoint(train({ ...options, epochs: 3 }).checkpoint);
 * const resume = loadCheckpoint(bytes, options);
 * const [rest, whole] = [train({ ...options, epochs: 9, resume }), train({ ...options, epochs: 9 })];
 * console.log(rest.params.item() === whole.params.item()); // true
 * ```
 */
export function saveCheckpoint<P extends Params<P>, S>(checkpoint: Checkpoint<P, S>): Uint8Array {
  const { params, state, key, epoch, batch, examples, lossSum, best } = checkpoint;
  const arrays = flattenTree({ params, state, key, ...(best !== undefined && { best: best.params }) });
  return writeTensors(
    arrays.map(({ path, value }) => [path, value as AnyArray]),
    {
      format: FORMAT,
      version: VERSION,
      epoch: String(epoch),
      batch: String(batch),
      examples: String(examples),
      lossSum: String(lossSum), // the shortest text that gives the same number
      ...(best !== undefined && { bestEpoch: String(best.epoch), bestMetric: String(best.metric) }),
    },
  );
}

/**
 * The checkpoint that `saveCheckpoint` wrote, for the model and the optimizer that are given.
 *
 * @throws DataError for bytes that are no checkpoint, or one of another model or optimizer: names the first array that is
 * missing, left over, or of another shape or width.
 */
export function loadCheckpoint<P extends Params<P>, S>(
  bytes: Uint8Array,
  like: { readonly params: P; readonly optimizer: Optimizer<S> },
): Checkpoint<P, S> {
  const { tensors, metadata } = readTensors(bytes);
  if (metadata["format"] !== FORMAT || metadata["version"] !== VERSION) {
    throw new DataError(
      `loadCheckpoint: the file says format "${metadata["format"] ?? "none"}", version ${metadata["version"] ?? "none"}; expected "${FORMAT}", version ${VERSION}. For parameters alone take loadParams.`,
      { code: "invalid-checkpoint", received: metadata["format"] ?? "none", expected: FORMAT },
    );
  }
  const left = new Set(tensors.keys());
  const take = (path: string): AnyArray => {
    const found = tensors.get(path);
    if (found === undefined) {
      throw new DataError(
        `loadCheckpoint: there is no array "${path}" in the file. It belongs to another model or optimizer.`,
        { code: "missing-tensor", expected: path },
      );
    }
    left.delete(path);
    return found;
  };
  const read = <T>(tree: T, name: string): T =>
    mapTree(
      tree,
      (leaf, path) => {
        const found = take(path);
        checkAlike("loadCheckpoint", path, found, leaf as AnyArray); // leaves are arrays
        return found;
      },
      name,
    ) as T; // the same structure
  const number = (name: string): number => {
    const value = Number(metadata[name] ?? "missing");
    if (!Number.isNaN(value) || metadata[name] === "NaN") return value;
    throw new DataError(`loadCheckpoint: "${name}" is ${metadata[name] ?? "missing"}, expected a number.`, {
      code: "invalid-checkpoint",
      received: metadata[name] ?? "missing",
      expected: "a number",
    });
  };
  const checkpoint: Checkpoint<P, S> = {
    params: read(like.params, "params"),
    state: read(like.optimizer.init(like.params), "state"),
    key: { bits: take("key.bits") as NDArray<"int"> },
    epoch: number("epoch"),
    batch: number("batch"),
    examples: number("examples"),
    lossSum: number("lossSum"),
    best:
      metadata["bestEpoch"] === undefined
        ? undefined
        : { params: read(like.params, "best"), epoch: number("bestEpoch"), metric: number("bestMetric") },
  };
  const [first] = left;
  if (first === undefined) return checkpoint;
  throw new DataError(
    `loadCheckpoint: the file holds the array "${first}", which this model and optimizer do not have. It belongs to others.`,
    { code: "left-over-tensor", received: first },
  );
}
