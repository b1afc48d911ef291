// The functions that an expression may name: how many inputs they take, what they are on arrays, and their slopes as formulas.
import type { Scalar } from "steepest";
import { call, divide, minus, negate, number, plus, power, times } from "./build.ts";
import type { Expression } from "./parse.ts";

export interface NamedFunction {
  readonly inputs: number;
  readonly apply: (...inputs: Scalar[]) => Scalar;
  /** ∂f/∂(each input), in terms of the inputs. */
  readonly slopes: (...inputs: Expression[]) => readonly Expression[];
  /** Where two inputs are equal, another formula holds: that of `maximum` and `minimum`, which share the slope. */
  readonly slopesOfTie?: readonly Expression[];
}

const unary = (apply: (x: Scalar) => Scalar, slope: (x: Expression) => Expression): NamedFunction => ({
  inputs: 1,
  apply: (x) => apply(x!),
  slopes: (x) => [slope(x!)],
});

const binary = (
  apply: (x: Scalar, y: Scalar) => Scalar,
  slopes: (x: Expression, y: Expression) => readonly [Expression, Expression],
  slopesOfTie: readonly [Expression, Expression],
): NamedFunction => ({ inputs: 2, apply: (x, y) => apply(x!, y!), slopes: (x, y) => slopes(x!, y!), slopesOfTie });

const ONE = number(1);
const HALVES = [number(0.5), number(0.5)] as const;

/** `step(x)` is 1 where x > 0, else 0; it is printed as 1[x>0]. */
export const FUNCTIONS: Readonly<Record<string, NamedFunction>> = {
  abs: unary(
    (x) => x.abs(),
    (x) => call("sign", x),
  ),
  cos: unary(
    (x) => x.cos(),
    (x) => negate(call("sin", x)),
  ),
  exp: unary(
    (x) => x.exp(),
    (x) => call("exp", x),
  ),
  log: unary(
    (x) => x.log(),
    (x) => divide(ONE, x),
  ),
  log1p: unary(
    (x) => x.log1p(),
    (x) => divide(ONE, plus(ONE, x)),
  ),
  max: binary(
    (x, y) => x.maximum(y),
    (x, y) => [call("step", minus(x, y)), call("step", minus(y, x))],
    HALVES,
  ),
  min: binary(
    (x, y) => x.minimum(y),
    (x, y) => [call("step", minus(y, x)), call("step", minus(x, y))],
    HALVES,
  ),
  relu: unary(
    (x) => x.relu(),
    (x) => call("step", x),
  ),
  sigmoid: unary(
    (x) => x.sigmoid(),
    (x) => times(call("sigmoid", x), minus(ONE, call("sigmoid", x))),
  ),
  sign: unary(
    (x) => x.sign(),
    () => number(0),
  ),
  sin: unary(
    (x) => x.sin(),
    (x) => call("cos", x),
  ),
  sqrt: unary(
    (x) => x.sqrt(),
    (x) => divide(ONE, times(number(2), call("sqrt", x))),
  ),
  square: unary(
    (x) => x.square(),
    (x) => times(number(2), x),
  ),
  tanh: unary(
    (x) => x.tanh(),
    (x) => minus(ONE, power(call("tanh", x), number(2))),
  ),
};
