// One element of a body, instruction by instruction, with the rounding of the kernels.
import { InternalError } from "../../errors/index.ts";
import type { BinaryOp, Body, CompareOp, Lane, UnaryOp } from "../../program/kernels/body.ts";

/** Numbers; conditions are 0 and 1; the bits of an f64 are a bigint. */
export type Scalar = number | bigint;

/** Where the inputs of a body come from. */
export interface Inputs {
  load(access: number): number;
  slot(slot: number): number;
  index(axis: number): number;
}

/** Values of all instructions, in `values`. f32 is rounded after every operation, which is exact for + − × ÷ √. */
export function evaluate({ instructions }: Body, inputs: Inputs, values: Scalar[]): void {
  for (let id = 0; id < instructions.length; id++) {
    const i = instructions[id]!;
    switch (i.op) {
      case "load":
        values[id] = inputs.load(i.access);
        break;
      case "slot":
        values[id] = inputs.slot(i.slot);
        break;
      case "index":
        values[id] = inputs.index(i.axis);
        break;
      case "constant":
        values[id] = i.dtype === "f32" ? Math.fround(i.value as number) : i.value;
        break;
      case "select":
        values[id] = values[i.condition] === 1 ? values[i.x]! : values[i.y]!;
        break;
      case "multiplyAdd":
        values[id] = multiplyAdd(i.dtype, values[i.x] as number, values[i.y] as number, values[i.z] as number);
        break;
      case "convert":
        values[id] = convert(values[i.x]!, instructions[i.x]!.dtype, i.dtype);
        break;
      case "bits":
        values[id] = bits(values[i.x]!, instructions[i.x]!.dtype, i.dtype);
        break;
      case "equal":
      case "notEqual":
      case "less":
      case "lessEqual":
      case "greater":
      case "greaterEqual":
        values[id] = compare(i.op, values[i.x]!, values[i.y]!);
        break;
      default:
        values[id] = "y" in i ? binary(i.op, i.dtype, values[i.x]!, values[i.y]!) : unary(i.op, i.dtype, values[i.x]!);
    }
  }
}

function multiplyAdd(dtype: Lane, x: number, y: number, z: number): number {
  return dtype === "f32" ? Math.fround(Math.fround(x * y) + z) : x * y + z;
}

function compare(op: CompareOp, x: Scalar, y: Scalar): number {
  switch (op) {
    case "equal":
      return x === y ? 1 : 0;
    case "notEqual":
      return x !== y ? 1 : 0;
    case "less":
      return x < y ? 1 : 0;
    case "lessEqual":
      return x <= y ? 1 : 0;
    case "greater":
      return x > y ? 1 : 0;
    case "greaterEqual":
      return x >= y ? 1 : 0;
  }
}

function unary(op: UnaryOp, dtype: Lane, x: Scalar): Scalar {
  if (dtype === "i64") return bigUnary(op, x as bigint);
  const v = x as number;
  if (dtype === "bool") {
    if (op === "not") return 1 - v;
    throw unknown(op, dtype);
  }
  if (dtype === "i32") {
    if (op === "neg") return -v | 0;
    if (op === "abs") return Math.abs(v) | 0;
    if (op === "not") return ~v;
    throw unknown(op, dtype);
  }
  const f = floating(op, v);
  return dtype === "f32" ? Math.fround(f) : f;
}

function floating(op: UnaryOp, v: number): number {
  switch (op) {
    case "neg":
      return -v;
    case "abs":
      return Math.abs(v);
    case "sqrt":
      return Math.sqrt(v);
    case "floor":
      return Math.floor(v);
    case "ceil":
      return Math.ceil(v);
    case "trunc":
      return Math.trunc(v);
    case "nearest":
      return roundToEven(v);
    case "not":
      throw unknown(op, "f64");
  }
}

/** To the next whole number, ties to the even one; keeps −0. */
export function roundToEven(x: number): number {
  const r = Math.round(x); // ties go up
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

export function binary(op: BinaryOp, dtype: Lane, x: Scalar, y: Scalar): Scalar {
  if (dtype === "i64") return bigBinary(op, x as bigint, y as bigint);
  const a = x as number;
  const b = y as number;
  if (dtype === "bool") return truth(op, a, b);
  if (dtype === "i32") return integer(op, a, b);
  const f = float(op, a, b);
  return dtype === "f32" ? Math.fround(f) : f;
}

function float(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "minimum":
      return Math.min(a, b);
    case "maximum":
      return Math.max(a, b);
    default:
      throw unknown(op, "f64");
  }
}

function integer(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case "add":
      return (a + b) | 0;
    case "sub":
      return (a - b) | 0;
    case "mul":
      return Math.imul(a, b);
    case "minimum":
      return Math.min(a, b);
    case "maximum":
      return Math.max(a, b);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return a << b;
    case "shr":
      return a >> b;
    case "ushr":
      return (a >>> b) | 0;
    case "div":
      throw unknown(op, "i32");
  }
}

function truth(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case "and":
    case "minimum":
    case "mul":
      return a & b;
    case "or":
    case "maximum":
    case "add":
      return a | b;
    case "xor":
      return a ^ b;
    default:
      throw unknown(op, "bool");
  }
}

function bigUnary(op: UnaryOp, x: bigint): bigint {
  if (op === "neg") return BigInt.asIntN(64, -x);
  if (op === "abs") return BigInt.asIntN(64, x < 0n ? -x : x);
  if (op === "not") return ~x;
  throw unknown(op, "i64");
}

function bigBinary(op: BinaryOp, a: bigint, b: bigint): bigint {
  switch (op) {
    case "add":
      return BigInt.asIntN(64, a + b);
    case "sub":
      return BigInt.asIntN(64, a - b);
    case "mul":
      return BigInt.asIntN(64, a * b);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return BigInt.asIntN(64, a << (b & 63n));
    case "shr":
      return a >> (b & 63n);
    case "ushr":
      return BigInt.asIntN(64, BigInt.asUintN(64, a) >> (b & 63n));
    default:
      throw unknown(op, "i64");
  }
}

function convert(x: Scalar, from: Lane, to: Lane): Scalar {
  if (from === to) return x;
  if (to === "bool") return x === 0 || x === 0n ? 0 : 1;
  if (to === "i64") return BigInt(x);
  if (from === "i64") {
    if (to === "i32") return Number(BigInt.asIntN(32, x as bigint));
    throw unknown(`convert to ${to}`, from);
  }
  const v = x as number;
  if (to === "i32") return Math.min(Math.max(Math.trunc(Number.isNaN(v) ? 0 : v), -(2 ** 31)), 2 ** 31 - 1) | 0;
  return to === "f32" ? Math.fround(v) : v;
}

const EIGHT = new DataView(new ArrayBuffer(8));

function bits(x: Scalar, from: Lane, to: Lane): Scalar {
  switch (`${from} ${to}`) {
    case "f32 i32":
      EIGHT.setFloat32(0, x as number);
      return EIGHT.getInt32(0);
    case "i32 f32":
      EIGHT.setInt32(0, x as number);
      return EIGHT.getFloat32(0);
    case "f64 i64":
      EIGHT.setFloat64(0, x as number);
      return EIGHT.getBigInt64(0);
    case "i64 f64":
      EIGHT.setBigInt64(0, x as bigint);
      return EIGHT.getFloat64(0);
    default:
      throw unknown(`bits to ${to}`, from);
  }
}

function unknown(op: string, dtype: Lane): InternalError {
  return new InternalError(`A kernel asks for "${op}" on ${dtype}, which no backend has.`);
}
