// Entry `steepest/data`: tables, design matrices, batches, generated data. No file access: readers live in `@steepest/tables`.
export { type BatchOptions, batches } from "./batches.ts";
export type { Cell } from "./cells.ts";
export { type CorrelatedPair, correlations } from "./correlations.ts";
export { type Duplicates, duplicates, duplicatesAcross } from "./duplicates.ts";
export {
  type EncodedFeatures,
  type EncodeOptions,
  type EncoderJSON,
  type FittedEncoder,
  fitEncoder,
  type LumpedCategories,
  type MissingPolicy,
} from "./encode.ts";
export { encoderFromJSON } from "./encoder-json.ts";
export type { CategoryFeature, Feature, NumberFeature, Scale } from "./feature.ts";
export { type ArrowTable, tableFromArrow } from "./from-arrow.ts";
export { tableFromRows } from "./from-rows.ts";
export {
  blobs,
  circles,
  functionData,
  type Labeled,
  linearData,
  moons,
  type Samples,
  spirals,
} from "./generated.ts";
export { type ColumnProfile, type ColumnSummary, profile } from "./profile.ts";
export {
  type Column,
  type ColumnInput,
  type ColumnType,
  type Table,
  tableFromColumns,
  unknownColumns,
} from "./table.ts";
export type { Target, Task } from "./target.ts";
export { type TokenWindow, type TokenWindowOptions, tokenWindows } from "./token-windows.ts";
