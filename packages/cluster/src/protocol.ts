// What travels between a thread and its owner: plain data, arrays as their bytes.
import { array, type NDArray } from "steepest";

/** A task by its name. */
export interface TaskName {
  readonly module: string;
  readonly exportName: string;
}

export type Request = { readonly id: number } & (
  | { readonly kind: "run"; readonly task: TaskName; readonly input: unknown }
  | { readonly kind: "make"; readonly task: TaskName; readonly item: unknown; readonly party: number }
  | { readonly kind: "ask"; readonly party: number; readonly message: unknown }
  | { readonly kind: "forget"; readonly parties: readonly number[] }
  | { readonly kind: "open"; readonly task: TaskName; readonly input: unknown }
  | { readonly kind: "next" | "close"; readonly stream: number }
);

export type Reply = { readonly id: number } & (
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: SentError }
);

/** An exception, in what can be cloned. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

export function packError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  const { code } = error as { code?: unknown };
  return { name, message, ...(typeof code === "string" && { code }), ...(stack !== undefined && { stack }) };
}

/** The exception again: name, message, code and stack are those of the other thread. */
export function unpackError({ name, message, code, stack }: SentError): Error {
  const error = new Error(message);
  return Object.assign(error, { name, ...(code !== undefined && { code }), ...(stack !== undefined && { stack }) });
}

const ARRAY = "steepest:array";
const TASK = "steepest:task";

interface PackedArray {
  readonly [ARRAY]: {
    readonly shape: readonly number[];
    readonly dtype: NDArray["dtype"];
    readonly data: Float64Array;
  };
}

/** Inside of lists and plain objects arrays become bytes and tasks their names; the rest is left to the structured clone. */
export function pack(value: unknown): unknown {
  if (isArray(value)) {
    return { [ARRAY]: { shape: value.shape, dtype: value.dtype, data: Float64Array.from(value.toArray()) } };
  }
  if (isTask(value)) return { [TASK]: { module: value.module, exportName: value.exportName } };
  return walked(value, pack);
}

/** The value again; `find` gives the function of a task. */
export async function unpack(value: unknown, find: (task: TaskName) => Promise<unknown>): Promise<unknown> {
  const found = new Map<string, unknown>();
  const keyOf = ({ module, exportName }: TaskName) => `${module} ${exportName}`;
  const names: TaskName[] = [];
  const collect = (part: unknown): unknown => {
    if (isPlain(part) && TASK in part) names.push(part[TASK] as TaskName);
    return walked(part, collect);
  };
  collect(value);
  for (const name of names) if (!found.has(keyOf(name))) found.set(keyOf(name), await find(name));
  const restore = (part: unknown): unknown => {
    if (isPlain(part) && TASK in part) return found.get(keyOf(part[TASK] as TaskName));
    return unpackArrays(part, restore);
  };
  return restore(value);
}

/** Results hold no tasks. */
export function unpackArrays(value: unknown, each: (part: unknown) => unknown = (part) => unpackArrays(part)): unknown {
  if (isPlain(value) && ARRAY in value) {
    const { shape, dtype, data } = (value as unknown as PackedArray)[ARRAY];
    return array(data).astype(dtype).reshape(shape);
  }
  return walked(value, (part) => each(part));
}

function isTask(value: unknown): value is TaskName {
  const { module, exportName } = (value ?? {}) as Partial<TaskName>;
  return typeof value === "function" && typeof module === "string" && typeof exportName === "string";
}

/** The value itself where nothing in it changes. */
function walked(value: unknown, each: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    const parts = value.map(each);
    return parts.some((part, i) => part !== value[i]) ? parts : value;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, each(part)] as const);
  return entries.some(([key, part]) => part !== value[key]) ? Object.fromEntries(entries) : value;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

function isArray(value: unknown): value is NDArray {
  const { shape, dtype, toArray } = (value ?? {}) as Partial<NDArray>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof toArray === "function";
}
