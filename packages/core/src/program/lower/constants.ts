// One instruction on known numbers: the arithmetic of each width, as kernels do it.
import type { BinaryOp, CompareOp, Lane, UnaryOp } from "../kernels/body.ts";

export type Known = number | bigint;

/** A number as a width holds it. */
export function rounded(x: number, dtype: Lane): Known {
  switch (dtype) {
    case "f64":
      return x;
    case "f32":
      return Math.fround(x);
    case "i32":
      return x | 0;
    case "bool":
      return x === 0 ? 0 : 1;
    case "i64":
      return BigInt.asIntN(64, BigInt(x));
  }
}

export function unaryOf(op: UnaryOp, dtype: Lane, x: Known): Known | undefined {
  if (typeof x === "bigint") return undefined;
  switch (op) {
    case "neg":
      return rounded(-x, dtype);
    case "abs":
      return rounded(Math.abs(x), dtype);
    case "sqrt":
      return rounded(Math.sqrt(x), dtype);
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    case "trunc":
      return Math.trunc(x);
    case "nearest":
      return undefined; // not worth a rule
    case "not":
      return dtype === "bool" ? 1 - x : ~x;
  }
}

export function binaryOf(op: BinaryOp, dtype: Lane, x: Known, y: Known): Known | undefined {
  if (typeof x === "bigint" || typeof y === "bigint") return undefined;
  const whole = dtype === "i32";
  switch (op) {
    case "add":
      return rounded(x + y, dtype);
    case "sub":
      return rounded(x - y, dtype);
    case "mul":
      return whole ? Math.imul(x, y) : rounded(x * y, dtype);
    case "div":
      return whole ? undefined : rounded(x / y, dtype);
    case "minimum":
      return Math.min(x, y);
    case "maximum":
      return Math.max(x, y);
    case "and":
      return x & y;
    case "or":
      return x | y;
    case "xor":
      return x ^ y;
    case "shl":
      return x << y;
    case "shr":
      return x >> y;
    case "ushr":
      return (x >>> y) | 0;
  }
}

export function compareOf(op: CompareOp, x: Known, y: Known): boolean {
  switch (op) {
    case "equal":
      return x === y;
    case "notEqual":
      return x !== y;
    case "less":
      return x < y;
    case "lessEqual":
      return x <= y;
    case "greater":
      return x > y;
    case "greaterEqual":
      return x >= y;
  }
}

/** The same number in another width; `undefined` for 64-bit integers. */
export function convertOf(x: Known, from: Lane, to: Lane): Known | undefined {
  if (typeof x === "bigint" || to === "i64") return undefined;
  if (to !== "i32" || from === "bool" || from === "i32") return rounded(x, to);
  if (Number.isNaN(x)) return 0;
  return Math.min(2147483647, Math.max(-2147483648, Math.trunc(x))) | 0;
}
