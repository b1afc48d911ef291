// Bodies that simplify themselves while they are built: constants are computed, and what cannot change a bit is left out.
import {
  type BinaryOp,
  Body,
  type CompareOp,
  type Instruction,
  type Lane,
  type UnaryOp,
  type Value,
} from "../kernels/body.ts";
import { binaryOf, compareOf, convertOf, type Known, unaryOf } from "./constants.ts";

/**
 * A body with rules that hold for every number, NaN, ∞ and both zeros included: x·1, x/1, x − 0, x + (−0), −(−x), x/2ᵏ = x·2⁻ᵏ,
 * a + (−b) = a − b, choices that are known or equal, conversions there and back. Nothing is reassociated, nothing contracted.
 */
export class FoldingBody extends Body {
  /** What an instruction is known to be. */
  known(x: Value): Known | undefined {
    const instruction = this.instructions[x.id]!;
    return instruction.op === "constant" ? instruction.value : undefined;
  }

  override unary(op: UnaryOp, x: Value): Value {
    const known = this.known(x);
    const value = known === undefined ? undefined : unaryOf(op, x.dtype, known);
    if (value !== undefined) return this.constant(value, x.dtype);
    const inside = this.instructions[x.id]!;
    if ((op === "neg" || op === "not") && inside.op === op) return this.#value(inside.x);
    return super.unary(op, x);
  }

  override binary(op: BinaryOp, x: Value, y: Value): Value {
    const [a, b] = [this.known(x), this.known(y)];
    const value = a === undefined || b === undefined ? undefined : binaryOf(op, x.dtype, a, b);
    if (value !== undefined) return this.constant(value, x.dtype);
    return this.#identity(op, x, y, a, b) ?? super.binary(op, x, y);
  }

  #identity(op: BinaryOp, x: Value, y: Value, a: Known | undefined, b: Known | undefined): Value | undefined {
    const whole = x.dtype === "i32";
    switch (op) {
      case "mul":
        if (b === 1) return x;
        if (a === 1) return y;
        if (b === -1 && !whole) return this.unary("neg", x);
        if (a === -1 && !whole) return this.unary("neg", y);
        return undefined;
      case "div":
        if (b === 1) return x;
        return typeof b === "number" && !whole && isPowerOfTwo(b)
          ? this.binary("mul", x, this.constant(1 / b, x.dtype))
          : undefined;
      case "add":
        if (Object.is(b, -0) || (whole && b === 0)) return x;
        if (Object.is(a, -0) || (whole && a === 0)) return y;
        if (Object.is(b, 0) && this.#hasZeroAdded(x)) return x;
        return this.#negated(y) === undefined ? undefined : this.binary("sub", x, this.#negated(y)!);
      case "sub":
        if (Object.is(b, 0)) return x;
        return this.#negated(y) === undefined ? undefined : this.binary("add", x, this.#negated(y)!);
      default:
        return undefined;
    }
  }

  override compare(op: CompareOp, x: Value, y: Value): Value {
    const [a, b] = [this.known(x), this.known(y)];
    if (a === undefined || b === undefined) return super.compare(op, x, y);
    return this.constant(Number(compareOf(op, a, b)), "bool");
  }

  override select(condition: Value, x: Value, y: Value): Value {
    if (x.id === y.id) return x;
    const known = this.known(condition);
    if (known !== undefined) return known === 0 ? y : x;
    const inside = this.instructions[condition.id]!;
    return inside.op === "not" ? super.select(this.#value(inside.x), y, x) : super.select(condition, x, y);
  }

  override convert(x: Value, dtype: Lane): Value {
    const known = this.known(x);
    const value = known === undefined ? undefined : convertOf(known, x.dtype, dtype);
    if (value !== undefined) return this.constant(value, dtype);
    const inside = this.instructions[x.id]!;
    // A condition or an i32 in a wider width is still that number; an f32 in f64 too.
    if (inside.op === "convert" && x.dtype !== dtype) {
      const first = this.#value(inside.x);
      const exact =
        first.dtype === "bool" ||
        (first.dtype === "i32" && x.dtype === "f64") ||
        (first.dtype === "f32" && x.dtype === "f64");
      if (exact) return this.convert(first, dtype);
    }
    return super.convert(x, dtype);
  }

  /** Whether 0 was added: the number is not −0. */
  #hasZeroAdded(x: Value): boolean {
    const inside = this.instructions[x.id]!;
    return inside.op === "add" && Object.is(this.known(this.#value(inside.y)), 0);
  }

  #negated(x: Value): Value | undefined {
    const inside = this.instructions[x.id]!;
    return inside.op === "neg" && x.dtype !== "i32" && x.dtype !== "i64" ? this.#value(inside.x) : undefined;
  }

  #value(id: number): Value {
    return { id, dtype: this.instructions[id]!.dtype };
  }
}

/** ±2ᵏ whose reciprocal is a normal number in both widths. */
function isPowerOfTwo(x: number): boolean {
  const exponent = Math.round(Math.log2(Math.abs(x)));
  return Math.abs(exponent) <= 60 && 2 ** exponent === Math.abs(x);
}

/** The instructions of a recipe once more, on other operands. `operands` answer the loads. */
export function replay(
  b: Body,
  instructions: readonly Instruction[],
  result: number,
  operands: (access: number) => Value,
): Value {
  const values = new Array<Value>(instructions.length);
  for (let i = 0; i <= result; i++) values[i] = step(b, instructions[i]!, values, operands);
  return values[result]!;
}

function step(b: Body, instruction: Instruction, values: readonly Value[], operands: (access: number) => Value): Value {
  switch (instruction.op) {
    case "load":
      return operands(instruction.access);
    case "constant":
      return b.constant(instruction.value, instruction.dtype);
    case "index":
      return b.index(instruction.axis);
    case "slot":
      return b.slot(instruction.slot, instruction.dtype);
    case "select":
      return b.select(values[instruction.condition]!, values[instruction.x]!, values[instruction.y]!);
    case "multiplyAdd":
      return b.multiplyAdd(values[instruction.x]!, values[instruction.y]!, values[instruction.z]!);
    case "convert":
      return b.convert(values[instruction.x]!, instruction.dtype);
    case "bits":
      return b.bits(values[instruction.x]!, instruction.dtype);
    default:
      return "y" in instruction
        ? isCompare(instruction.op)
          ? b.compare(instruction.op, values[instruction.x]!, values[instruction.y]!)
          : b.binary(instruction.op, values[instruction.x]!, values[instruction.y]!)
        : b.unary(instruction.op, values[instruction.x]!);
  }
}

const COMPARES: ReadonlySet<string> = new Set(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"]);
function isCompare(op: BinaryOp | CompareOp): op is CompareOp {
  return COMPARES.has(op);
}
