// A fitted model as plain settings and arrays, and the JSON around them. Files are the work of `steepest/io`.
import type { AnyArray } from "../array/index.ts";
import type { DType } from "../program/index.ts";
import { readTensor } from "../program/index.ts";
import { type DescriptionChecksum, descriptionChecksum } from "./checksum.ts";
import { encodeNumber, type Json, type JsonObject } from "./json.ts";
import { VERSION } from "./version.ts";

/** The newest version of the file format that this library writes, and reads with every older one. */
export const MODEL_VERSION = 1;

/** What a fitted model consists of. `restoreModel` is the way back. */
export interface ModelState {
  readonly kind: string;
  /** Options, classes, features, report: plain JSON. */
  readonly fields: JsonObject;
  /** Arrays under their names: `"coef"`. */
  readonly tensors: Readonly<Record<string, AnyArray>>;
  /** Models inside of this one: the transforms and the estimator of a pipeline. Their names contain no dot. */
  readonly parts: Readonly<Record<string, ModelState>>;
}

/** An array inside of a JSON: numbers that JSON lacks are texts ("NaN", "Infinity", "-Infinity", "-0"). */
export interface InlineTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly Json[];
}

/** model.json: what the model is. `weights` names the safetensors file, or holds the arrays themselves. */
export interface SavedModel {
  readonly format: "steepest-model";
  readonly version: number;
  readonly kind: string;
  /** The version of the library that wrote it. */
  readonly steepest: string;
  readonly weights: string | Readonly<Record<string, InlineTensor>>;
  readonly checksum: {
    /** Of the weights file; absent when the weights are inside. */
    readonly bytes?: number;
    readonly crc32?: string;
    /** Of everything that the model says of itself; inline weights too. */
    readonly description: DescriptionChecksum;
  };
  readonly [field: string]: unknown;
}

/** The description of a model: its weights are inside, or in the file of that name, size and checksum. */
export function describeModel(
  state: ModelState,
  weights: Readonly<Record<string, InlineTensor>> | WeightsFile,
  further: JsonObject = {},
): SavedModel {
  const said = {
    format: "steepest-model",
    version: MODEL_VERSION,
    kind: state.kind,
    steepest: VERSION,
    ...state.fields,
    ...partsOf(state),
  } as const;
  const inFile = isFile(weights);
  // the bytes of a file are checked by themselves, so that its name is free
  const checked = { ...further, ...said, ...(!inFile && { weights }) };
  const description = descriptionChecksum(checked, Object.keys(checked));
  if (!inFile) return { ...checked, weights, checksum: { description } };
  const { file, bytes, crc32 } = weights;
  return { ...checked, weights: file, checksum: { bytes, crc32, description } };
}

/** Where the arrays of a model are, and how to tell that it is the right file. */
export interface WeightsFile {
  readonly file: string;
  readonly bytes: number;
  readonly crc32: string;
}

function isFile(weights: Readonly<Record<string, InlineTensor>> | WeightsFile): weights is WeightsFile {
  return typeof weights["file"] === "string";
}

/** Every array of a model and of the models inside, under `"estimator.coef"`. */
export function tensorsOf(state: ModelState, prefix = ""): ReadonlyMap<string, AnyArray> {
  const own = Object.entries(state.tensors).map(([name, value]) => [prefix + name, value] as const);
  const inner = Object.entries(state.parts).flatMap(([name, part]) => [...tensorsOf(part, `${prefix}${name}.`)]);
  return new Map([...own, ...inner]);
}

/** The whole model as one JSON. */
export function inlineModel(state: ModelState): SavedModel {
  const weights = [...tensorsOf(state)].map(([name, value]) => [name, inlineTensor(value)] as const);
  return describeModel(state, Object.fromEntries(weights));
}

function partsOf(state: ModelState): { readonly parts?: JsonObject } {
  const parts = Object.entries(state.parts);
  if (parts.length === 0) return {};
  const described = parts.map(([name, part]) => [name, { kind: part.kind, ...part.fields, ...partsOf(part) }] as const);
  return { parts: Object.fromEntries(described) };
}

function inlineTensor(value: AnyArray): InlineTensor {
  const { data } = readTensor(value)!; // fitted models hold values
  return { dtype: value.dtype, shape: value.shape, data: Array.from(data, encodeNumber) };
}
