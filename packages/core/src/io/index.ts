// Saving and loading. Entry `steepest/io`. Bytes and JSON in and out; writing files is the caller's work.
export type { ModelState, SavedModel } from "../models/index.ts";
export { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export { loadClassifier, loadModel, loadRegressor, loadTableModel, saveModel, WEIGHTS_FILE } from "./model.ts";
export { type LoadedState, loadState, saveState } from "./optimizer-state.ts";
export { loadParams, readTensors, type SaveParamsOptions, saveParams, type Tensors } from "./tensors.ts";
