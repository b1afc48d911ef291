// Bodies of kernels: what is computed for one element, as instructions in static single assignment. Backends emit or interpret them.
import type { DType } from "../dtype.ts";

/** Type of a value inside of a body: a stored width, or the bits of an f64 (`i64`, never stored). `bool` is a condition. */
export type Lane = DType | "i64";

export type UnaryOp = "neg" | "abs" | "sqrt" | "floor" | "ceil" | "trunc" | "nearest" | "not";
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "minimum" // NaN if one is NaN, −0 < 0, as Math.min
  | "maximum"
  | "and" // bool, i32, i64
  | "or"
  | "xor"
  | "shl" // i32, i64; the count is a constant
  | "shr"
  | "ushr";
export type CompareOp = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";

/** Operands are numbers of earlier instructions. */
export type Instruction =
  /** The element of an access of the kernel. */
  | { readonly op: "load"; readonly dtype: DType; readonly access: number }
  /** A scalar of this row, made by an earlier stage. */
  | { readonly op: "slot"; readonly dtype: DType; readonly slot: number }
  | { readonly op: "constant"; readonly dtype: Lane; readonly value: number | bigint }
  /** The position along an axis of the iteration, as i32. */
  | { readonly op: "index"; readonly dtype: "i32"; readonly axis: number }
  | { readonly op: UnaryOp; readonly dtype: Lane; readonly x: number }
  | { readonly op: BinaryOp; readonly dtype: Lane; readonly x: number; readonly y: number }
  | { readonly op: CompareOp; readonly dtype: "bool"; readonly x: number; readonly y: number }
  | { readonly op: "select"; readonly dtype: Lane; readonly condition: number; readonly x: number; readonly y: number }
  /** The same number in another width; floats become integers toward zero (saturating, NaN becomes 0), numbers become `x ≠ 0`. */
  | { readonly op: "convert"; readonly dtype: Lane; readonly x: number }
  /** The same bits: f32 ↔ i32, f64 ↔ i64. */
  | { readonly op: "bits"; readonly dtype: Lane; readonly x: number }
  /** x·y + z: rounded once where FMA is on, else twice. For expansions of functions only, never for what users wrote. */
  | { readonly op: "multiplyAdd"; readonly dtype: Lane; readonly x: number; readonly y: number; readonly z: number };

/** One value of a body under construction. */
export interface Value {
  readonly id: number;
  readonly dtype: Lane;
}

/** Builds a body. Equal instructions are made once. */
export class Body {
  readonly instructions: Instruction[] = [];
  readonly #known = new Map<string, Value>();

  load(access: number, dtype: DType): Value {
    return this.#add({ op: "load", dtype, access });
  }
  slot(slot: number, dtype: DType): Value {
    return this.#add({ op: "slot", dtype, slot });
  }
  constant(value: number | bigint, dtype: Lane): Value {
    return this.#add({ op: "constant", dtype, value });
  }
  index(axis: number): Value {
    return this.#add({ op: "index", dtype: "i32", axis });
  }
  unary(op: UnaryOp, x: Value): Value {
    const inner = this.instructions[x.id]!;
    // |−x| = |x|, ||x|| = |x|, −(−x) = x, to the last bit: functions of e^−|x| at x and −x share all of it
    if (op === "abs" && (inner.op === "neg" || inner.op === "abs") && x.dtype !== "i32") {
      return this.#add({ op, dtype: x.dtype, x: inner.x });
    }
    if (op === "neg" && inner.op === "neg") return { id: inner.x, dtype: x.dtype };
    return this.#add({ op, dtype: x.dtype, x: x.id });
  }
  /** Both operands have one type. */
  binary(op: BinaryOp, x: Value, y: Value): Value {
    return this.#add({ op, dtype: x.dtype, x: x.id, y: y.id });
  }
  compare(op: CompareOp, x: Value, y: Value): Value {
    return this.#add({ op, dtype: "bool", x: x.id, y: y.id });
  }
  select(condition: Value, x: Value, y: Value): Value {
    return this.#add({ op: "select", dtype: x.dtype, condition: condition.id, x: x.id, y: y.id });
  }
  convert(x: Value, dtype: Lane): Value {
    return x.dtype === dtype ? x : this.#add({ op: "convert", dtype, x: x.id });
  }
  bits(x: Value, dtype: Lane): Value {
    return this.#add({ op: "bits", dtype, x: x.id });
  }
  multiplyAdd(x: Value, y: Value, z: Value): Value {
    return this.#add({ op: "multiplyAdd", dtype: x.dtype, x: x.id, y: y.id, z: z.id });
  }

  // short names for expansions: sums of products are long enough
  add(x: Value, y: Value): Value {
    return this.binary("add", x, y);
  }
  sub(x: Value, y: Value): Value {
    return this.binary("sub", x, y);
  }
  mul(x: Value, y: Value): Value {
    return this.binary("mul", x, y);
  }
  div(x: Value, y: Value): Value {
    return this.binary("div", x, y);
  }

  #add(instruction: Instruction): Value {
    const key = keyOf(instruction);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = { id: this.instructions.length, dtype: instruction.dtype };
    this.instructions.push(instruction);
    this.#known.set(key, value);
    return value;
  }
}

/** The instruction as text, the same for equal ones. Written out by kind: lowering makes thousands. */
export function keyOf(instruction: Instruction): string {
  const { op, dtype } = instruction;
  switch (instruction.op) {
    case "load":
      return `load ${dtype} ${instruction.access}`;
    case "slot":
      return `slot ${dtype} ${instruction.slot}`;
    case "constant":
      return `constant ${dtype} ${Object.is(instruction.value, -0) ? "-0" : instruction.value}`;
    case "index":
      return `index ${instruction.axis}`;
    case "select":
      return `select ${dtype} ${instruction.condition} ${instruction.x} ${instruction.y}`;
    case "multiplyAdd":
      return `multiplyAdd ${dtype} ${instruction.x} ${instruction.y} ${instruction.z}`;
    default:
      return "y" in instruction
        ? `${op} ${dtype} ${instruction.x} ${instruction.y}`
        : `${op} ${dtype} ${instruction.x}`;
  }
}
