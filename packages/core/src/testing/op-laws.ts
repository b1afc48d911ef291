// What every operation keeps. The suites walk the exports of `ops`, so that a new operation is found by itself.
import { type AnyArray, concat, type NDArray, type Scalar, where } from "../array/index.ts";
import { grad, jvp, vjp } from "../autodiff/index.ts";
import { cardOf, type OpSample } from "../ops/index.ts";
import { contentOf, sameShape, traceProgram } from "../program/index.ts";
import { batchLaw } from "./batch-law.ts";
import { toArray } from "./draws.ts";
import { callOn, Draw } from "./op-draw.ts";
import { expectClose, LawError, type Runner } from "./runner.ts";

const DRAWS = 12;
/** Central differences in f64 with h = 6e-6 leave an error of about 1e-10 on smooth functions. */
const H = 6e-6;
const TO_DIFFERENCES = 2e-7;
/** Two exact ways to the same number differ by rounding alone. */
const EXACT = 1e-11;
/** f32 stores 24 bits; a handful of roundings. */
const F32 = 2e-5;

/**
 * The laws of one operation, from the card that it carries:
 *
 * value = truth · shape and width inferred without values · J·v = differences · ⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩ ·
 * second derivatives = differences of first ones, forward over reverse = reverse over reverse ·
 * (f − f(x₀))² has its second derivative where the adjoint is 0 · f32 in, f32 out ·
 * vmap = loop, of values and of gradients · `where` keeps points without finite slope out of all derivatives.
 *
 * Half of the inputs are drawn near kinks. `name` overrides that of the card.
 * @throws LawError (from the registered tests) with the inputs of the first draw that breaks a law.
 *
 * @example
 * ```ts
 * import { defineUnary } from "steepest/ops";
 * import { failuresOf, opLaws } from "steepest/testing";
 * const cube = defineUnary({ name: "cube", value: (x) => x ** 3, slope: (x) => x.square().mul(3), domain: [-2, 2] });
 * console.log(failuresOf((runner) => opLaws(runner, cube)).length); // 0
 * ```
 */
export function opLaws(runner: Runner, operation: unknown, name?: string): void {
  const card = cardOf(operation);
  if (card === undefined) {
    throw new LawError(
      `opLaws: "${name ?? String(operation)}" carries no card, so its laws cannot be found. Define it with op(…) or defineUnary(…).`,
    );
  }
  for (const sample of card.samples) {
    const title = `${name ?? card.name} ${sample.label}`;
    const law = (text: string, body: (draw: Draw) => void): void => {
      runner.test(`${title}: ${text}`, () => {
        for (let i = 0; i < DRAWS; i++) {
          const draw = new Draw(sample, `${card.name} ${sample.label} ${i}`);
          try {
            body(draw);
          } catch (error) {
            const inputs = JSON.stringify(draw.values);
            throw new LawError(`${error instanceof Error ? error.message : String(error)} Inputs: ${inputs}.`);
          }
        }
      });
    };
    law("value equals its plain-JS truth", valueLaw);
    law("shape and width are known without values", inferenceLaw);
    runner.test(`${title}: vmap is a loop`, () => {
      batchLaw(
        sample,
        [0, 1, 2].map((i) => new Draw(sample, `${card.name} ${sample.label} ${i}`)),
        card.derivative,
      );
    });
    if (card.derivative === "none") {
      law("derivative is 0", zeroDerivativeLaw);
      continue;
    }
    law("f32 stays f32 and close", widthLaw);
    law("J·v equals differences", differencesLaw);
    law("⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩", transposeLaw);
    law("second derivatives equal differences, in both nestings", secondOrderLaw);
    law("second derivative survives a zero adjoint", zeroAdjointLaw);
    for (const point of sample.singular ?? []) {
      runner.test(`${title} at ${point.join(", ")}: where keeps value and slope out`, () => {
        selectionLaw(sample, point);
      });
    }
  }
}

function valueLaw(draw: Draw): void {
  const truth = draw.sample.truth(...draw.values.map((x) => [...x]));
  expectClose("value", draw.sample.call(...draw.inputs()).toArray(), truth, 1e-14);
}

function inferenceLaw(draw: Draw): void {
  for (const dtype of ["f64", "f32"] as const) {
    const eager = draw.sample.call(...draw.inputs(dtype));
    const { outputs } = traceProgram((xs) => [draw.sample.call(...(xs as NDArray[]))], draw.inputs(dtype), {
      eager: false,
    });
    const inferred = contentOf(outputs[0]!);
    if (!sameShape(inferred.shape, eager.shape) || inferred.dtype !== eager.dtype) {
      throw new LawError(
        `inferred ${inferred.dtype}[${inferred.shape.join(", ")}], computed ${eager.dtype}[${eager.shape.join(", ")}].`,
      );
    }
  }
}

function widthLaw(draw: Draw): void {
  const x = draw.vector("f32");
  const v = draw.direction(x.shape, "v").astype("f32");
  const w = draw.direction(draw.f(x).shape, "w").astype("f32");
  const gradient = (y: NDArray): NDArray => grad((z: NDArray) => draw.f(z).dot(w.astype(z.dtype as "f64")))(y);
  const widen = (y: NDArray): NDArray => y.astype("f64");
  const compare = (what: string, f: (x: NDArray, v: NDArray) => NDArray, tolerance: number): void => {
    const narrow = f(x, v);
    if (narrow.dtype !== "f32") throw new LawError(`the ${what} of f32 inputs is ${narrow.dtype}.`);
    expectClose(`f32 ${what}`, narrow.toArray(), f(widen(x), widen(v)).toArray(), tolerance);
  };
  compare("value", (y) => draw.f(y), F32);
  compare("tangent", (y, dy) => jvp(draw.f, y, dy).tangent, 10 * F32);
  compare("gradient", gradient, 10 * F32);
  compare("second derivative", (y, dy) => jvp(gradient, y, dy).tangent, 100 * F32);
}

function zeroDerivativeLaw(draw: Draw): void {
  const x = draw.vector();
  const { pullback, value } = vjp((y) => floats(draw.f(y)), x);
  expectClose(
    "gradient",
    pullback(value.onesLike()).toArray(),
    x.toArray().map(() => 0),
    0,
  );
}

function differencesLaw(draw: Draw): void {
  const x = draw.vector();
  const v = draw.direction(x.shape, "v");
  const ahead = draw.f(x.add(v.mul(H)));
  const behind = draw.f(x.sub(v.mul(H)));
  expectClose(
    "J·v",
    jvp(draw.f, x, v).tangent.toArray(),
    ahead
      .sub(behind)
      .div(2 * H)
      .toArray(),
    TO_DIFFERENCES,
  );
}

function transposeLaw(draw: Draw): void {
  const x = draw.vector();
  const v = draw.direction(x.shape, "v");
  const { value, pullback } = vjp(draw.f, x);
  const w = draw.direction(value.shape, "w");
  const forward = jvp(draw.f, x, v).tangent.dot(w).item();
  const backward = pullback(w).dot(v).item();
  expectClose("⟨w, J·v⟩ against ⟨Jᵀ·w, v⟩", [forward], [backward], EXACT);
}

function secondOrderLaw(draw: Draw): void {
  const x = draw.vector();
  const v = draw.direction(x.shape, "v");
  const w = draw.direction(draw.f(x).shape, "w");
  const gradient = (y: NDArray): NDArray => grad((z: NDArray) => draw.f(z).dot(w))(y);
  const forwardOverReverse = jvp(gradient, x, v).tangent.toArray();
  const reverseOverReverse = grad((y: NDArray) => gradient(y).dot(v))(x).toArray();
  expectClose("forward over reverse against reverse over reverse", forwardOverReverse, reverseOverReverse, 10 * EXACT);
  const differences = gradient(x.add(v.mul(H)))
    .sub(gradient(x.sub(v.mul(H))))
    .div(2 * H);
  expectClose("H·v", forwardOverReverse, differences.toArray(), 5 * TO_DIFFERENCES);
}

/** g = ½‖f − f(x₀)‖² has Hessian JᵀJ at x₀, where the adjoint of f is exactly 0. */
function zeroAdjointLaw(draw: Draw): void {
  const x = draw.vector();
  const v = draw.direction(x.shape, "v");
  const { value, pullback } = vjp(draw.f, x);
  const g = (y: NDArray): Scalar => draw.f(y).sub(value).square().sum().mul(0.5);
  const expected = pullback(jvp(draw.f, x, v).tangent);
  expectClose(
    "Hessian of ½‖f − f(x₀)‖² at x₀",
    jvp((y) => grad(g)(y), x, v).tangent.toArray(),
    expected.toArray(),
    10 * EXACT,
  );
}

/** The branch that is not taken has derivative 0 at first and second order, whatever the operation does there. */
function selectionLaw(sample: OpSample, point: readonly number[]): void {
  for (const dtype of ["f64", "f32"] as const) {
    const x = concat(sample.inputs.map(({ shape }, i) => toArray(shape, filled(shape, point[i]!), dtype).flatten()));
    const f = (y: NDArray): Scalar => where(y.less(-Infinity).at(0), callOn(sample, y), 0).sum();
    const gradient = (y: NDArray): NDArray => grad(f)(y);
    const none = filled(x.shape, 0);
    expectClose("value", [f(x).item()], [0], 0);
    expectClose("gradient", gradient(x).toArray(), none, 0);
    expectClose("H·1, reverse over reverse", grad((y: NDArray) => gradient(y).sum())(x).toArray(), none, 0);
    expectClose("H·1, forward over reverse", jvp(gradient, x, x.onesLike()).tangent.toArray(), none, 0);
  }
}

function filled(shape: readonly number[], value: number): number[] {
  return new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(value);
}

function floats(x: AnyArray): NDArray {
  return x.astype("f64");
}
