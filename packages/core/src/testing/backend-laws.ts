// What every backend keeps: the numbers of the reference backend, for every operation and its derivatives.
import type { NDArray } from "../array/index.ts";
import { jvp, vjp } from "../autodiff/index.ts";
import { type Backend, currentBackend, referenceBackend, useBackend } from "../backend/index.ts";
import { SteepestError } from "../errors/index.ts";
import * as ops from "../ops/index.ts";
import { cardOf, type OpSample } from "../ops/index.ts";
import { contentOf, isTraced } from "../program/index.ts";
import { drawDirection, drawInputs, toArray } from "./draws.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";
import { Source } from "./source.ts";

/** Per width: a few roundings, and sums in another order. Derivatives take a dozen operations. */
const TOLERANCE = { f64: { value: 1e-14, derivative: 1e-12 }, f32: { value: 1e-6, derivative: 1e-5 } };
/** Numbers at which implementations part ways. */
const SPECIAL = [Number.NaN, Infinity, -Infinity, -0, 0];

export interface BackendLawOptions {
  /** Random inputs per sample of an operation. Default 4. */
  draws?: number;
  /** Operations to test, by name. Default: all exports of the library that carry a card. */
  operations?: Readonly<Record<string, unknown>>;
}

type Width = keyof typeof TOLERANCE;

/**
 * The laws of one backend: every sample of every operation on it, against the reference backend.
 *
 * value, shape and width are those of the reference · so are J·v and Jᵀ·w, and with them every primitive of the rules ·
 * f64 and f32 · NaN, ±∞ and ±0 give NaN, ∞ and 0 in the same places, or the same refusal · inputs are not written · results are fresh storage ·
 * the same call twice is the same, bit for bit.
 *
 * `make` is called once, by the first test that runs. Widths that the backend does not have are left out.
 * @throws LawError (from the registered tests) with the operation, the width and the worst entry.
 *
 * @example
 * ```ts
 * import { referenceBackend } from "steepest";
 * import { asyncFailuresOf, backendLaws } from "steepest/testing";
 * const failures = await asyncFailuresOf((runner) => backendLaws(runner, async () => referenceBackend, { draws: 1 }));
 * console.log(failures.length); // 0
 * ```
 */
export function backendLaws(runner: Runner, make: () => Promise<Backend>, options: BackendLawOptions = {}): void {
  const { draws = 4, operations = ops } = options;
  let made: Promise<Backend> | undefined;
  for (const [name, operation] of Object.entries(operations)) {
    const card = cardOf(operation);
    if (card === undefined) continue;
    for (const [text, law] of Object.entries(laws)) {
      if (law.derivative === true && card.derivative === "none") continue;
      runner.test(`${name}: ${text}`, async () => {
        made ??= make();
        const backend = await made;
        const widths = (["f64", "f32"] as const).filter((width) => backend.capabilities.dtypes.includes(width));
        for (const sample of card.samples) {
          for (const width of widths) {
            for (let draw = 0; draw < draws; draw++) {
              const seed = `backend ${card.name} ${sample.label} ${draw}`;
              const values = drawInputs(sample, seed);
              judged(sample, width, () => law.judge({ backend, sample, width, values, seed }));
            }
          }
        }
      });
    }
  }
}

/** What a law throws is thrown on, with the call that broke it. */
function judged(sample: OpSample, width: Width, judge: () => void): void {
  try {
    judge();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new LawError(`${sample.label} in ${width}: ${found}`, error);
  }
}

interface Case {
  readonly backend: Backend;
  readonly sample: OpSample;
  readonly width: Width;
  readonly values: readonly (readonly number[])[];
  readonly seed: string;
}

interface Law {
  readonly derivative?: true;
  readonly judge: (given: Case) => void;
}

const laws: Readonly<Record<string, Law>> = {
  "value, shape and width are those of the reference": {
    judge: ({ backend, sample, width, values }) => {
      const call = () => sample.call(...inputsOf(sample, values, width));
      const [expected, found] = [on(referenceBackend, call), on(backend, call)];
      if (found.dtype !== expected.dtype || found.shape.join() !== expected.shape.join()) {
        throw new LawError(
          `the result is ${found.dtype}[${found.shape.join(", ")}], expected ${expected.dtype}[${expected.shape.join(", ")}].`,
        );
      }
      const content = contentOf(found);
      if (!isTraced(content) && content.data.constructor !== (contentOf(expected) as typeof content).data.constructor) {
        throw new LawError(`a result of width ${found.dtype} is stored as ${content.data.constructor.name}.`);
      }
      expectClose("value", found.toArray(), expected.toArray(), TOLERANCE[width].value);
    },
  },

  "NaN, ∞ and 0 stay where they are": {
    judge: ({ backend, sample, width, values, seed }) => {
      const from = new Source(seed);
      const spoiled = values.map((list) => list.map((v) => (from.integer(0, 2) === 0 ? from.pick(SPECIAL) : v)));
      const call = () => outcomeOf(() => sample.call(...inputsOf(sample, spoiled, width)).toArray());
      const what = `of ${spoiled.map((list) => `[${list.join(", ")}]`).join(" and ")}`;
      const [expected, found] = [on(referenceBackend, call), on(backend, call)];
      if (expected.refused !== found.refused) {
        throw new LawError(
          `${what}: ${found.refused ?? "nothing"} was thrown, expected ${expected.refused ?? "nothing"}.`,
        );
      }
      expectClose(what, found.values, expected.values, TOLERANCE[width].value);
    },
  },

  "inputs are not written, and the same call twice is the same": {
    judge: ({ backend, sample, width, values }) => {
      const inputs = inputsOf(sample, values, width);
      const before = inputs.map((x) => x.toArray());
      const first = on(backend, () => sample.call(...inputs));
      const once = first.toArray();
      const others = inputs.map((x) => x.mul(0.75)); // a call in between, which must leave the first result alone
      on(backend, () => sample.call(...others));
      expectClose("the first result after another call", first.toArray(), once, 0);
      const again = on(backend, () => sample.call(...inputs)).toArray();
      inputs.forEach((x, i) => {
        expectClose(`input ${i} afterwards`, x.toArray(), before[i]!, 0);
      });
      expectClose("the same call again", again, once, 0);
    },
  },

  "derivatives are those of the reference": {
    derivative: true,
    judge: ({ backend, sample, width, values, seed }) => {
      sample.inputs.forEach(({ shape }, k) => {
        // one input at a time; the others are constants
        const f = (x: NDArray): NDArray =>
          sample.call(...inputsOf(sample, values, width).map((input, i) => (i === k ? x : input)));
        const derivatives = (): number[] => {
          const x = inputsOf(sample, values, width)[k]!;
          const v = drawDirection(shape, `${seed} v`).astype(width) as NDArray;
          const { value, pullback } = vjp(f, x);
          const w = drawDirection(value.shape, `${seed} w`).astype(value.dtype) as NDArray;
          return [...jvp(f, x, v).tangent.toArray(), ...pullback(w).toArray()];
        };
        const [expected, found] = [on(referenceBackend, derivatives), on(backend, derivatives)];
        expectClose(`J·v and Jᵀ·w by input ${k}`, found, expected, TOLERANCE[width].derivative);
      });
    },
  },
};

interface Outcome {
  readonly values: readonly number[];
  /** The code of the error, where there are no values: positions that are spoiled lie outside. */
  readonly refused?: string;
}

function outcomeOf(compute: () => readonly number[]): Outcome {
  try {
    return { values: compute() };
  } catch (error) {
    if (error instanceof SteepestError) return { values: [], refused: error.code };
    throw error;
  }
}

function inputsOf({ inputs }: OpSample, values: readonly (readonly number[])[], width: Width): NDArray[] {
  return inputs.map(({ shape }, i) => toArray(shape, values[i]!, width));
}

/** What is computed meanwhile runs on `backend`; nothing waits in between. */
function on<T>(backend: Backend, compute: () => T): T {
  const before = currentBackend();
  useBackend(backend);
  try {
    return compute();
  } finally {
    useBackend(before);
  }
}
