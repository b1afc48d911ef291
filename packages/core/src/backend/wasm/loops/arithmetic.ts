// One operation of a body as vector instructions: operands on the stack, the result on the stack.
import { InternalError } from "../../../errors/index.ts";
import type { BinaryOp, CompareOp, Lane, UnaryOp } from "../../../program/kernels/body.ts";
import type { SimdOp } from "../opcodes.ts";
import type { Operation } from "./operations.ts";
import type { Registers } from "./registers.ts";

const SHAPE: Record<Lane, string> = { f32: "f32x4", f64: "f64x2", i32: "i32x4", i64: "i64x2", bool: "v128" };

const FLOAT: Partial<Record<UnaryOp | BinaryOp, string>> = {
  ...{ neg: "neg", abs: "abs", sqrt: "sqrt", floor: "floor", ceil: "ceil", trunc: "trunc", nearest: "nearest" },
  ...{ add: "add", sub: "sub", mul: "mul", div: "div", minimum: "min", maximum: "max" },
};
const INTEGER: Partial<Record<UnaryOp | BinaryOp, string>> = {
  ...{ neg: "neg", abs: "abs", add: "add", sub: "sub", mul: "mul", minimum: "min_s", maximum: "max_s" },
  ...{ shl: "shl", shr: "shr_s", ushr: "shr_u" },
};
const BITS: Partial<Record<UnaryOp | BinaryOp, SimdOp>> = {
  ...{ and: "v128.and", or: "v128.or", xor: "v128.xor", not: "v128.not" },
};
const TRUTH: Partial<Record<UnaryOp | BinaryOp, SimdOp>> = {
  ...BITS,
  ...{ minimum: "v128.and", maximum: "v128.or", mul: "v128.and", add: "v128.or" },
};
const COMPARE: Record<CompareOp, string> = {
  equal: "eq",
  notEqual: "ne",
  less: "lt",
  lessEqual: "le",
  greater: "gt",
  greaterEqual: "ge",
};

/** `push(i)` puts operand i on the stack. */
export function emitOperation(r: Registers, operation: Operation, fma: boolean, push: (arg: number) => void): void {
  const { f } = r;
  const { op, dtype, from, args } = operation;
  const shape = SHAPE[dtype];
  const all = (): void => {
    for (let i = 0; i < args.length; i++) push(i);
  };
  switch (op) {
    case "load":
    case "loadNarrow":
    case "slot":
    case "constant":
    case "index":
      throw new InternalError(`"${op}" is no arithmetic.`);
    case "multiplyAdd":
      all();
      if (fma) f.simd(`${shape}.relaxed_madd` as SimdOp);
      else {
        // z was pushed last: the product needs the two below it
        const z = f.local("v128");
        f.set(z)
          .simd(`${shape}.mul` as SimdOp)
          .get(z)
          .simd(`${shape}.add` as SimdOp);
      }
      return;
    case "pmin":
    case "pmax":
      all();
      f.simd(`${shape}.${op}` as SimdOp);
      return;
    case "pmaxZero":
      all();
      f.simd(`${shape}.pmax` as SimdOp);
      push(1);
      f.simd(`${shape}.add` as SimdOp);
      return;
    case "select":
      push(1);
      push(2);
      push(0);
      r.maskFor(dtype);
      f.simd("v128.bitselect");
      return;
    case "keep":
    case "drop":
      push(1);
      push(0);
      r.maskFor(dtype);
      f.simd(op === "keep" ? "v128.and" : "v128.andnot");
      return;
    case "bits":
      push(0);
      return;
    case "convert":
      push(0);
      convert(r, from, dtype);
      return;
    case "equal":
    case "notEqual":
    case "less":
    case "lessEqual":
    case "greater":
    case "greaterEqual":
      compare(r, op, from, push);
      return;
    default:
      all();
      if (op === "shl" || op === "shr" || op === "ushr") f.i32(operation.number);
      f.simd(simdOf(op, dtype));
  }
}

function simdOf(op: UnaryOp | BinaryOp, dtype: Lane): SimdOp {
  if (dtype === "bool") {
    const known = TRUTH[op];
    if (known !== undefined) return known;
  } else {
    const float = dtype === "f32" || dtype === "f64";
    const name = (float ? FLOAT : INTEGER)[op];
    if (name !== undefined && !(dtype === "i64" && name.includes("m"))) return `${SHAPE[dtype]}.${name}` as SimdOp;
    if (dtype === "i64" && op === "mul") return "i64x2.mul";
    const bits = float ? undefined : BITS[op];
    if (bits !== undefined) return bits;
  }
  throw new InternalError(`No vector instruction for "${op}" on ${dtype}.`);
}

function compare(r: Registers, op: CompareOp, from: Lane, push: (arg: number) => void): void {
  const { f } = r;
  if (from === "bool") {
    compareTruth(r, op, push);
    return;
  }
  push(0);
  push(1);
  if (from === "i64" && (op === "lessEqual" || op === "greaterEqual")) {
    f.simd(op === "lessEqual" ? "i64x2.gt_s" : "i64x2.lt_s").simd("v128.not");
    return;
  }
  const signed = (from === "i32" || from === "i64") && op !== "equal" && op !== "notEqual" ? "_s" : "";
  f.simd(`${SHAPE[from]}.${COMPARE[op]}${signed}` as SimdOp);
  if (from === "f32" || from === "i32") r.widen();
}

/** On masks: false < true. */
function compareTruth(r: Registers, op: CompareOp, push: (arg: number) => void): void {
  const { f } = r;
  const swapped = op === "less" || op === "greaterEqual"; // andnot(a, b) is a ∧ ¬b
  push(swapped ? 1 : 0);
  push(swapped ? 0 : 1);
  f.simd(op === "equal" || op === "notEqual" ? "v128.xor" : "v128.andnot");
  if (op === "equal" || op === "lessEqual" || op === "greaterEqual") f.simd("v128.not");
}

function convert(r: Registers, from: Lane, to: Lane): void {
  const { f } = r;
  const pair = `${from} ${to}`;
  switch (pair) {
    case "f32 f64":
      f.simd("f64x2.promote_low_f32x4");
      return;
    case "f64 f32":
      f.simd("f32x4.demote_f64x2_zero");
      return;
    case "i32 f32":
      f.simd("f32x4.convert_i32x4_s");
      return;
    case "i32 f64":
      f.simd("f64x2.convert_low_i32x4_s");
      return;
    case "f32 i32":
      f.simd("i32x4.trunc_sat_f32x4_s");
      return;
    case "f64 i32":
      f.simd("i32x4.trunc_sat_f64x2_s_zero");
      return;
    case "i32 i64":
      f.simd("i64x2.extend_low_i32x4_s");
      return;
    case "i64 i32":
      r.narrow();
      return;
    case "bool i64":
      f.i32(63).simd("i64x2.shr_u");
      return;
    case "bool i32":
    case "bool f32":
    case "bool f64":
      r.maskFor("i32");
      f.i32(31).simd("i32x4.shr_u");
      if (to !== "i32") convert(r, "i32", to);
      return;
    case "i32 bool":
      r.truth();
      return;
    case "f32 bool":
    case "f64 bool":
      f.i32(0)
        .simd("i32x4.splat")
        .simd(from === "f32" ? "f32x4.ne" : "f64x2.ne");
      if (from === "f32") r.widen();
      return;
    default:
      if (from !== to) throw new InternalError(`No vector instruction converts ${from} to ${to}.`);
  }
}
