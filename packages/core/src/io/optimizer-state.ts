// Where a loop of one's own stands, as one file: parameters, optimizer state, and the optimizer as plain data.
import type { AnyArray, Params } from "../array/index.ts";
import { DataError } from "../errors/index.ts";
import { type Optimizer, type OptimizerSettings, type OptState, settingsOf } from "../optim/index.ts";
import { flattenTree, mapTree } from "../tree/index.ts";
import { checkAlike, readTensors, type SaveParamsOptions, writeTensors } from "./tensors.ts";

const FORMAT = "steepest-optimizer-state";
const VERSION = "1";

export interface LoadedState<P, S> {
  readonly params: P;
  readonly state: OptState<P, S>;
  /** The optimizer that saved it. A schedule that was a function of one's own is there by name only. */
  readonly settings: OptimizerSettings;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Parameters and the state of their optimizer as safetensors, with the optimizer's settings as JSON in the metadata.
 *
 * A loop that goes on from the loaded state gives the same bits. Write the bytes to a new file and rename it, so that a crash
 * leaves the former one. `train` has checkpoints of its own (`saveCheckpoint`), which hold keys and counts as well.
 *
 * @example
 * ```ts
 * import { array, type NDArray } from "steepest";
 * import { loadState, saveState } from "steepest/io";
 * import { adam } from "steepest/optim";
 * const optimizer = adam({ learningRate: 0.1 });
 * const w: NDArray = array([1, 2]);
 * const [params, state] = optimizer.step(w, array([1, -1]), optimizer.init(w));
 * const back = loadState(saveState(optimizer, params, state), { optimizer, params: w });
 * console.log(back.params.toArray(), back.state.step.item(), back.settings.name); // [0.900000001, 2.099999999] 1 adam
 * ```
 */
export function saveState<P extends Params<P>, S>(
  optimizer: Optimizer<S>,
  params: P,
  state: OptState<NoInfer<P>, S>,
  options: SaveParamsOptions = {},
): Uint8Array {
  const arrays = flattenTree({ params, state });
  return writeTensors(
    arrays.map(({ path, value }) => [path, value as AnyArray]),
    { ...options.metadata, format: FORMAT, version: VERSION, optimizer: JSON.stringify(settingsOf(optimizer)) },
  );
}

/**
 * What `saveState` wrote, for the model and the optimizer that are given. Other numbers and schedules are taken as meant.
 *
 * @throws DataError for bytes that are no such file; for one of another model or optimizer: names the first array that is
 * missing, left over, or of another shape or width.
 */
export function loadState<P extends Params<P>, S>(
  bytes: Uint8Array,
  like: { readonly optimizer: Optimizer<S>; readonly params: P },
): LoadedState<P, S> {
  const { tensors, metadata } = readTensors(bytes);
  const { format, version, optimizer: json, ...own } = metadata;
  if (format !== FORMAT || version !== VERSION || json === undefined) {
    throw new DataError(
      `loadState: the file says format "${format ?? "none"}", version ${version ?? "none"}; expected "${FORMAT}", version ${VERSION}. For parameters alone take loadParams, for training loadCheckpoint.`,
      { code: "invalid-state", received: format ?? "none", expected: FORMAT },
    );
  }
  const settings = JSON.parse(json) as OptimizerSettings; // written by saveState
  const origin = `It was saved by ${settings.name} and is read for ${like.optimizer.name}.`;
  const left = new Set(tensors.keys());
  const read = <T>(tree: T, name: string): T =>
    mapTree(
      tree,
      (leaf, path) => {
        const found = tensors.get(path);
        if (found === undefined) {
          throw new DataError(`loadState: there is no array "${path}" in the file. ${origin}`, {
            code: "missing-tensor",
            expected: path,
          });
        }
        checkAlike("loadState", path, found, leaf as AnyArray); // leaves are arrays
        left.delete(path);
        return found;
      },
      name,
    ) as T; // the same structure
  const params = read(like.params, "params");
  const state = read(like.optimizer.init(like.params), "state");
  const [first] = left;
  if (first === undefined) return { params, state, settings, metadata: own };
  throw new DataError(
    `loadState: the file holds the array "${first}", which this model and optimizer do not have. ${origin}`,
    { code: "left-over-tensor", received: first },
  );
}
