// The safetensors format: 8 bytes of header length, a JSON header, raw little-endian bytes. Knows nothing of models.
// Source: huggingface.co/docs/safetensors
import { DataError, formatShape } from "../errors/index.ts";
import { allocate, bytesOf, type DType, type TypedArray } from "../program/index.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** One array of a file. */
export interface RawTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, RawTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const TO_FILE: Readonly<Record<DType, string>> = { f64: "F64", f32: "F32", i32: "I32", bool: "BOOL" };
const FROM_FILE: ReadonlyMap<string, DType> = new Map([
  ["F64", "f64"],
  ["F32", "f32"],
  ["I32", "i32"],
  ["BOOL", "bool"],
  ["U8", "bool"],
]);
const METADATA = "__metadata__";
const LENGTH_BYTES = 8;
/** The reference implementation refuses longer headers. */
const MOST_HEADER_BYTES = 100_000_000;

/** Arrays in the order given, the header padded with spaces to a multiple of 8 bytes. */
export function writeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: [name: string, entry: unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA, metadata]);
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    const begin = end;
    end += data.length * bytesOf(dtype);
    header.push([name, { dtype: TO_FILE[dtype], shape, data_offsets: [begin, end] }]);
  }
  const json = encodeUtf8(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  bytes.set(json, LENGTH_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  let at = LENGTH_BYTES + headerBytes;
  for (const { dtype, data } of tensors.values()) at = writeNumbers(view, at, dtype, data);
  return bytes;
}

/**
 * Reads a whole file. The header is checked against the length, for bounds, overlaps and holes, before any array is made.
 *
 * @throws DataError "invalid-safetensors", saying what is wrong and where.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, start } = readHeader(bytes);
  checkLayout(entries, bytes.length - start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors = entries.map(
    ({ name, dtype, shape, begin }) =>
      [name, { dtype, shape, data: readNumbers(view, start + begin, dtype, sizeOf(shape), name) }] as const,
  );
  return { tensors: new Map(tensors), metadata };
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the numbers begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < LENGTH_BYTES) {
    throw invalid(`the file has ${bytes.length} bytes, too few for the length of a header`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length > MOST_HEADER_BYTES || start > bytes.length) {
    throw invalid(`the header claims ${length} bytes, but the file has ${bytes.length} in all`);
  }
  const json = parse(bytes.subarray(LENGTH_BYTES, start));
  const fields = Object.entries(json);
  const metadata = fields.find(([name]) => name === METADATA);
  return {
    entries: fields.filter(([name]) => name !== METADATA).map(([name, value]) => readEntry(name, value)),
    metadata: metadata === undefined ? {} : readMetadata(metadata[1]),
    start,
  };
}

function parse(header: Uint8Array): object {
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8(header));
  } catch (cause) {
    throw invalid("the header is not valid JSON", cause);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw invalid("the header is not a JSON object");
  return json;
}

function readMetadata(value: unknown): Readonly<Record<string, string>> {
  const good =
    typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string");
  if (!good) throw invalid("__metadata__ is not an object of texts");
  return value as Readonly<Record<string, string>>; // just checked
}

function readEntry(name: string, value: unknown): Entry {
  const at = `the entry "${name}"`;
  if (typeof value !== "object" || value === null) throw invalid(`${at} is not an object`);
  const { dtype: word, shape, data_offsets: offsets } = value as Readonly<Record<string, unknown>>;
  const dtype = typeof word === "string" ? FROM_FILE.get(word) : undefined;
  if (dtype === undefined) {
    throw invalid(`${at} has dtype ${JSON.stringify(word)}; this library reads ${[...FROM_FILE.keys()].join(", ")}`);
  }
  if (!isSizes(shape)) throw invalid(`${at} has shape ${JSON.stringify(shape)}, not a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw invalid(`${at} has data_offsets ${JSON.stringify(offsets)}, not [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const wanted = sizeOf(shape) * bytesOf(dtype);
  if (end - begin !== wanted) {
    throw invalid(
      `${at} of shape ${formatShape(shape)} and dtype ${word} needs ${wanted} bytes, but its offsets span ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Every byte after the header belongs to exactly one array. */
function checkLayout(entries: readonly Entry[], bytes: number): void {
  let free = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < free) throw invalid(`the entry "${name}" overlaps the one before it at byte ${begin}`);
    if (begin > free) throw invalid(`bytes ${free} to ${begin} before the entry "${name}" belong to no array`);
    if (end > bytes)
      throw invalid(`the entry "${name}" ends at byte ${end}, but only ${bytes} bytes follow the header`);
    free = end;
  }
  if (free < bytes) throw invalid(`${bytes - free} bytes after the last array belong to none`);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}

function writeNumbers(view: DataView, start: number, dtype: DType, data: TypedArray): number {
  const width = bytesOf(dtype);
  for (let i = 0; i < data.length; i++) {
    const at = start + i * width;
    if (dtype === "f64") view.setFloat64(at, data[i]!, true);
    else if (dtype === "f32") view.setFloat32(at, data[i]!, true);
    else if (dtype === "i32") view.setInt32(at, data[i]!, true);
    else view.setUint8(at, data[i]!);
  }
  return start + data.length * width;
}

function readNumbers(view: DataView, start: number, dtype: DType, size: number, name: string): TypedArray {
  const data = allocate(dtype, [size]);
  const width = bytesOf(dtype);
  for (let i = 0; i < size; i++) {
    const at = start + i * width;
    if (dtype === "f64") data[i] = view.getFloat64(at, true);
    else if (dtype === "f32") data[i] = view.getFloat32(at, true);
    else if (dtype === "i32") data[i] = view.getInt32(at, true);
    else if (view.getUint8(at) <= 1) data[i] = view.getUint8(at);
    else
      throw invalid(
        `the entry "${name}" holds the byte ${view.getUint8(at)}; bytes are read as true and false, 1 and 0`,
      );
  }
  return data;
}

function invalid(what: string, cause?: unknown): DataError {
  return new DataError(
    `readTensors: ${what}. The file is cut, damaged or no safetensors file: write or copy it again.`,
    { code: "invalid-safetensors", fix: ["write or copy the file again"], cause },
  );
}
