// Fitted models as model.json and weights.safetensors, and back.
import { type AnyArray, fromTyped } from "../array/index.ts";
import { DataError, formatShape } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import {
  checkDescription,
  crc32,
  decodeNumber,
  describeModel,
  type FittedClassifier,
  type FittedRegressor,
  type FittedTableModel,
  type JsonObject,
  MODEL_VERSION,
  type ModelState,
  type Probabilistic,
  restoreModel,
  type SavedModel,
  type Storable,
  tensorsOf,
} from "../models/index.ts";
import { allocate, type DType } from "../program/index.ts";
import { readTensors, writeTensors } from "./tensors.ts";

/** The name under which a description refers to its weights. */
export const WEIGHTS_FILE = "weights.safetensors";

/**
 * A fitted model as two files: its description, to be written as model.json, and its arrays, as weights.safetensors.
 *
 * The description carries a checksum of itself and of the weights: loading finds every edit of what was saved. `fields` are
 * saved and checked with it (which class is positive). More may be added later (metrics); those are not checked, and reading
 * ignores them. A checksum is no protection against intent: who can write the files can write it anew.
 * For one file, `JSON.stringify(model)` holds the weights too.
 *
 * @example
 * ```ts
 * import { loadRegressor, saveModel } from "steepest/io";
 * import { linearRegression } from "steepest/models";
 * const model = linearRegression().fit([[1], [2], [3]], [5, 8, 11]);
 * const { description, weights } = saveModel(model);
 * console.log(loadRegressor(description, weights).predict([[4]]).toArray()); // [14]
 * ```
 */
export function saveModel(
  model: { state(): ModelState },
  fields: JsonObject = {},
): { description: SavedModel; weights: Uint8Array } {
  const state = model.state();
  const weights = writeTensors(tensorsOf(state));
  const file = { file: WEIGHTS_FILE, bytes: weights.length, crc32: crc32(weights) };
  return { description: describeModel(state, file, fields), weights };
}

/**
 * The model (or transform) of a description (the text of model.json, or what it says) and the bytes of its weights file;
 * what `saveModel` returned is taken as it is, too.
 *
 * Predictions are the same, bit for bit. Both files are checked against the checksums in the description. Descriptions of every
 * older version are read.
 * @throws DataError "invalid-json" · "not-a-model" · "newer-version" · "unknown-kind" · "invalid-model" (says which field) ·
 * "weights-missing" · "checksum" · "invalid-safetensors" · "missing-tensor" · "left-over-tensor" · "tensor-shape" · "tensor-type".
 */
export function loadModel(description: unknown, weights?: Uint8Array): Storable {
  if (isPair(description) && weights === undefined) return loadModel(description.description, description.weights);
  const json = readDescription(description);
  checkDescription(json);
  const arrays = typeof json["weights"] === "string" ? fileArrays(json, weights) : inlineArrays(json["weights"]);
  return restoreModel(stateOf(json, arrays, ""));
}

/** `loadModel` for a classifier on arrays. @throws DataError "wrong-kind" when the model is something else. */
export function loadClassifier<L extends Label = Label>(
  description: unknown,
  weights?: Uint8Array,
): FittedClassifier<L> & Probabilistic {
  const model = loadModel(description, weights);
  if (model.kind === TABLE_KIND || !("predictProba" in model))
    throw wrongKind("loadClassifier", model.kind, "classifier");
  return model as FittedClassifier<L> & Probabilistic; // L is the caller's word for the labels in the file
}

/** `loadModel` for a regression on arrays. @throws DataError "wrong-kind" when the model is something else. */
export function loadRegressor(description: unknown, weights?: Uint8Array): FittedRegressor {
  const model = loadModel(description, weights);
  const fits = model.kind !== TABLE_KIND && "predict" in model && !("classes" in model);
  if (!fits) throw wrongKind("loadRegressor", model.kind, "regression");
  return model as FittedRegressor; // nothing else predicts without classes
}

/** `loadModel` for a model of tables. @throws DataError "wrong-kind" when the model takes arrays. */
export function loadTableModel(description: unknown, weights?: Uint8Array): FittedTableModel {
  const model = loadModel(description, weights);
  if (model.kind !== TABLE_KIND) throw wrongKind("loadTableModel", model.kind, "model of tables");
  return model as FittedTableModel; // told by its kind
}

const TABLE_KIND = "tableModel";

function readDescription(description: unknown): Readonly<Record<string, unknown>> {
  const json = typeof description === "string" ? parse(description) : description;
  if (!isObject(json) || json["format"] !== "steepest-model") {
    throw new DataError(
      'loadModel: this is no description of a model: "format" must be "steepest-model". Give the content of a model.json that saveModel made.',
      { code: "not-a-model", expected: '"format": "steepest-model"' },
    );
  }
  const { version } = json;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw invalid("version", version, "an integer from 1 on");
  }
  if (version > MODEL_VERSION) {
    const wrote = typeof json["steepest"] === "string" ? `steepest ${json["steepest"]}` : "a newer steepest";
    throw new DataError(
      `loadModel: the model was written by ${wrote} in format ${version}; this version reads up to format ${MODEL_VERSION}. Update steepest.`,
      {
        code: "newer-version",
        received: String(version),
        expected: `at most ${MODEL_VERSION}`,
        fix: ["update steepest"],
      },
    );
  }
  return json;
}

/** What `saveModel` returns, as one argument. */
function isPair(value: unknown): value is { readonly description: unknown; readonly weights: Uint8Array } {
  return isObject(value) && value["format"] === undefined && value["weights"] instanceof Uint8Array;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(
      "loadModel: the description is not valid JSON. It was cut or edited: copy or save the model again.",
      {
        code: "invalid-json",
        fix: ["copy or save the model again"],
        cause,
      },
    );
  }
}

function fileArrays(
  json: Readonly<Record<string, unknown>>,
  weights: Uint8Array | undefined,
): ReadonlyMap<string, AnyArray> {
  if (weights === undefined) {
    throw new DataError(
      `loadModel: the weights are in the file "${json["weights"]}", whose bytes are needed too. Pass them as the second argument.`,
      {
        code: "weights-missing",
        expected: String(json["weights"]),
      },
    );
  }
  const { checksum } = json;
  if (!isObject(checksum) || typeof checksum["crc32"] !== "string" || typeof checksum["bytes"] !== "number") {
    throw invalid("checksum", checksum, "{ bytes, crc32 } of the weights, and of the description");
  }
  const found = crc32(weights);
  if (weights.length !== checksum["bytes"] || found !== checksum["crc32"]) {
    const shown = `${weights.length} bytes, crc32 ${found}`;
    const wanted = `${checksum["bytes"]} bytes, crc32 ${checksum["crc32"]}`;
    throw new DataError(
      `loadModel: the weights are not those of the description: ${shown} instead of ${wanted}. The file was cut, damaged or belongs to another model: copy or save the model again.`,
      { code: "checksum", received: shown, expected: wanted, fix: ["copy or save the model again"] },
    );
  }
  return readTensors(weights).tensors;
}

function inlineArrays(weights: unknown): ReadonlyMap<string, AnyArray> {
  if (!isObject(weights)) throw invalid("weights", weights, "the name of a file, or arrays");
  return new Map(Object.entries(weights).map(([name, value]) => [name, inlineArray(`weights.${name}`, value)]));
}

const WIDTHS: readonly DType[] = ["f64", "f32", "i32", "bool"];

function inlineArray(at: string, value: unknown): AnyArray {
  if (!isObject(value)) throw invalid(at, value, "an array");
  const dtype = WIDTHS.find((width) => width === value["dtype"]);
  const { shape, data } = value;
  if (dtype === undefined) throw invalid(`${at}.dtype`, value["dtype"], `one of ${WIDTHS.join(", ")}`);
  const isShape = Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!isShape) throw invalid(`${at}.shape`, shape, "a list of sizes");
  const size = shape.reduce((product: number, extent: number) => product * extent, 1);
  if (!Array.isArray(data) || data.length !== size) {
    throw invalid(
      `${at}.data`,
      Array.isArray(data) ? `${data.length} numbers` : data,
      `${size} numbers for shape ${formatShape(shape)}`,
    );
  }
  const numbers = allocate(dtype, [size]);
  for (let i = 0; i < size; i++) {
    const number = decodeNumber(data[i]);
    if (number === undefined) throw invalid(`${at}.data[${i}]`, data[i], "a number");
    numbers[i] = number;
  }
  return fromTyped(shape, numbers);
}

/** Fields that describe the file and not the model. */
const ENVELOPE = new Set(["format", "version", "kind", "steepest", "weights", "checksum", "parts"]);

/** The state of one model: its own fields, the arrays under its path, and the models inside of it. */
function stateOf(
  json: Readonly<Record<string, unknown>>,
  arrays: ReadonlyMap<string, AnyArray>,
  path: string,
): ModelState {
  const { kind, parts = {} } = json;
  if (typeof kind !== "string") throw invalid(`${path}kind`, kind, "the name of a kind of model");
  if (!isObject(parts)) throw invalid(`${path}parts`, parts, "an object");
  const inner = Object.entries(parts).map(([name, part]) => {
    if (!isObject(part)) throw invalid(`${path}parts.${name}`, part, "an object");
    return [name, stateOf(part, arrays, `${path}${name}.`)] as const;
  });
  const isInner = (name: string) => inner.some(([part]) => name.startsWith(`${path}${part}.`));
  const own = [...arrays].filter(([name]) => name.startsWith(path) && !isInner(name));
  const fields = Object.entries(json).filter(([name]) => !ENVELOPE.has(name));
  return {
    kind,
    fields: Object.fromEntries(fields) as JsonObject, // checked field by field when it is read
    tensors: Object.fromEntries(own.map(([name, value]) => [name.slice(path.length), value])),
    parts: Object.fromEntries(inner),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(at: string, received: unknown, expected: string): DataError {
  const shown = received === undefined ? "missing" : (JSON.stringify(received)?.slice(0, 60) ?? typeof received);
  return new DataError(
    `loadModel: "${at}" is ${shown}, expected ${expected}. The description was changed or cut: save the model again.`,
    { code: "invalid-model", received: shown, expected, fix: ["save the model again"] },
  );
}

function wrongKind(operation: string, kind: string, wanted: string): DataError {
  return new DataError(
    `${operation}: the file holds a ${kind}, which is no ${wanted}. Use loadModel for any kind, loadTableModel for models of tables.`,
    { code: "wrong-kind", received: kind, expected: wanted },
  );
}
