// Reading the state of a saved model: every field and array is checked, because files are edited, cut and mixed up.
import type { NDArray } from "../array/index.ts";
import { DataError, formatShape } from "../errors/index.ts";
import type { Label } from "../metrics/index.ts";
import type { FitReport, FitStatus } from "./fitted.ts";
import { decodeNumber, encodeNumber, type JsonObject } from "./json.ts";
import type { ModelState } from "./state.ts";

/**
 * Hands out the fields and arrays of one model, by name and type, and remembers which arrays and parts were taken.
 *
 * @throws DataError "invalid-model" for a field of another type, "missing-tensor", "tensor-shape", "tensor-type" and
 * "left-over-tensor" for arrays.
 */
export class StateReader {
  readonly #state: ModelState;
  readonly #path: string;
  readonly #tensors: Set<string>;
  readonly #parts: Set<string>;

  constructor(state: ModelState, path = "") {
    this.#state = state;
    this.#path = path;
    this.#tensors = new Set(Object.keys(state.tensors));
    this.#parts = new Set(Object.keys(state.parts));
  }

  object(name: string): JsonObject {
    const value: unknown = this.#state.fields[name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.#invalid(name, "an object");
    return value as JsonObject; // what JSON holds that is neither list nor null
  }

  list(name: string): readonly unknown[] {
    const value: unknown = this.#state.fields[name];
    if (!Array.isArray(value)) throw this.#invalid(name, "a list");
    return value;
  }

  /** An integer from `least` on. */
  integer(name: string, least: number): number {
    const value: unknown = this.#state.fields[name];
    if (typeof value !== "number" || !Number.isInteger(value) || value < least) {
      throw this.#invalid(name, `an integer of at least ${least}`);
    }
    return value;
  }

  /** At least two labels that all differ. */
  classes(name: string): readonly Label[] {
    const labels = this.list(name);
    const good = labels.every((label) => typeof label === "string" || typeof label === "number");
    if (!good || labels.length < 2 || new Set(labels).size !== labels.length) {
      throw this.#invalid(name, "at least two labels that all differ");
    }
    return labels as readonly Label[]; // just checked
  }

  report(): FitReport {
    const fields = this.object("report");
    const status = STATUSES.find((word) => word === fields["status"]);
    const number = (name: string): number => {
      const value = decodeNumber(fields[name]);
      if (value === undefined) throw this.#invalid(`report.${name}`, "a number", fields[name]);
      return value;
    };
    const text = (name: string): string => {
      const value = fields[name];
      if (typeof value !== "string") throw this.#invalid(`report.${name}`, "a text", value);
      return value;
    };
    if (status === undefined) throw this.#invalid("report.status", "a status", fields["status"]);
    return {
      status,
      message: text("message"),
      solver: text("solver"),
      objective: number("objective"),
      gap: number("gap"),
      history: [],
      steps: number("steps"),
    };
  }

  /** An f64 array; `shape` names what is known of it, −1 where anything may stand. */
  tensor(name: string, shape: readonly number[]): NDArray {
    const value = this.#state.tensors[name];
    const at = this.#path + name;
    if (value === undefined) {
      throw new DataError(
        `loadModel: the array "${at}" is missing from the weights. They belong to another model, or were cut: save the model again.`,
        { code: "missing-tensor", expected: at, fix: ["save the model again"] },
      );
    }
    this.#tensors.delete(name);
    if (value.dtype !== "f64") {
      throw new DataError(
        `loadModel: the array "${at}" holds ${value.dtype}, but the model needs f64. The weights belong to another model.`,
        { code: "tensor-type", received: value.dtype, expected: "f64" },
      );
    }
    const fits =
      value.shape.length === shape.length && shape.every((extent, i) => extent === -1 || extent === value.shape[i]);
    if (!fits) {
      const wanted = `[${shape.map((extent) => (extent === -1 ? "any" : String(extent))).join(", ")}]`;
      throw new DataError(
        `loadModel: the array "${at}" has shape ${formatShape(value.shape)}, but the description asks for ${wanted}. The two files belong to different models.`,
        { code: "tensor-shape", received: formatShape(value.shape), expected: wanted },
      );
    }
    return value as NDArray; // f64 is a float
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#state.tensors, name);
  }

  part(name: string): ModelState {
    const part = this.#state.parts[name];
    if (part === undefined) throw this.#invalid(`parts.${name}`, "a model", undefined);
    this.#parts.delete(name);
    return part;
  }

  /** Every array and part must have been asked for. */
  done(): void {
    const [tensor] = this.#tensors;
    if (tensor !== undefined) {
      throw new DataError(
        `loadModel: the weights hold the array "${this.#path}${tensor}", which a ${this.#state.kind} does not have. They belong to another model.`,
        { code: "left-over-tensor", received: this.#path + tensor },
      );
    }
    const [part] = this.#parts;
    if (part !== undefined) throw this.#invalid(`parts.${part}`, "nothing", "a model");
  }

  #invalid(name: string, expected: string, received: unknown = this.#state.fields[name]): DataError {
    return invalidField(`${this.#path}${name}`, received, expected);
  }
}

/** The error for a field of model.json that is not what it must be. */
export function invalidField(at: string, received: unknown, expected: string): DataError {
  const shown = received === undefined ? "missing" : (JSON.stringify(received)?.slice(0, 60) ?? typeof received);
  return new DataError(
    `loadModel: "${at}" is ${shown}, expected ${expected}. The description was changed or cut: save the model again.`,
    { code: "invalid-model", received: shown, expected, fix: ["save the model again"] },
  );
}

const STATUSES: readonly FitStatus[] = ["converged", "max-steps", "stalled", "aborted"];

/** A report as files hold it: without the history. */
export function reportJson({ status, message, solver, objective, gap, steps }: FitReport): JsonObject {
  return { status, message, solver, objective: encodeNumber(objective), gap: encodeNumber(gap), steps };
}
