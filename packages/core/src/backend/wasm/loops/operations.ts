// Bodies as vector code wants them: a few patterns become single instructions of the machine, unused values disappear.
import { InternalError } from "../../../errors/index.ts";
import type { Body, CompareOp, Instruction, Lane } from "../../../program/kernels/body.ts";
import type { Stage } from "../../../program/kernels/kernel.ts";

/** An instruction with its operands in a list. `pmin`, `pmax` are one machine instruction: `b < a ? b : a`, `a < b ? b : a`. */
export interface Operation {
  readonly op:
    | Exclude<Instruction["op"], "select">
    | "loadNarrow" // a number of the row in f64, as f32: kernels of f32 keep their four lanes
    | "select" // condition, x, y
    | "keep" // condition, x: x or +0
    | "drop" // condition, x: +0 or x
    | "pmin"
    | "pmax"
    | "pmaxZero"; // pmax with +0, which also turns −0 into +0
  readonly dtype: Lane;
  readonly args: readonly number[];
  /** Type of the first operand. */
  readonly from: Lane;
  /** Number of the access, slot or axis; the count of a shift. */
  readonly number: number;
}

/** The operations that results depend on; `undefined` where nothing does. Numbers are those of the body. */
export function operationsOf(body: Body, roots: readonly number[]): readonly (Operation | undefined)[] {
  const { instructions } = body;
  const operations: (Operation | undefined)[] = instructions.map(() => undefined);
  const visit = (id: number): void => {
    if (operations[id] !== undefined) return;
    const operation = operationOf(instructions, id);
    operations[id] = operation;
    operation.args.forEach(visit);
  };
  roots.forEach(visit);
  return operations;
}

/** Numbers of the row that are stored in f64 and used in f32 are converted when they are loaded. */
export function narrowed(
  operations: readonly (Operation | undefined)[],
  roots: readonly number[],
  isStill: (access: number) => boolean,
): readonly (Operation | undefined)[] {
  const list = operations.map((operation): Operation | undefined => {
    if (operation?.op !== "convert" || operation.dtype !== "f32" || operation.from !== "f64") return operation;
    const source = operations[operation.args[0]!]!;
    if (source.op !== "load" || !isStill(source.number)) return operation;
    return { op: "loadNarrow", dtype: "f32", from: "f32", args: [], number: source.number };
  });
  const used = new Set([...roots, ...list.flatMap((operation) => operation?.args ?? [])]);
  return list.map((operation, id) => (used.has(id) ? operation : undefined));
}

/** Values that a stage writes, reduces or hands on. */
export function rootsOf(stage: Pick<Stage, "stores" | "reductions" | "results">): number[] {
  return [...stage.stores, ...stage.reductions, ...stage.results].map(({ value }) => value);
}

function operationOf(instructions: readonly Instruction[], id: number): Operation {
  const instruction = instructions[id]!;
  const { op, dtype } = instruction;
  const plain = { op, dtype, from: dtype, args: [] as number[], number: 0 };
  switch (instruction.op) {
    case "load":
      return { ...plain, op, number: instruction.access };
    case "slot":
      return { ...plain, op, number: instruction.slot };
    case "index":
      return { ...plain, op, number: instruction.axis };
    case "constant":
      return { ...plain, op };
    case "select":
      return selection(instructions, instruction);
    case "multiplyAdd":
      return { ...plain, op, args: [instruction.x, instruction.y, instruction.z] };
    case "shl":
    case "shr":
    case "ushr":
      return { ...plain, args: [instruction.x], number: shiftCount(instructions[instruction.y]!) };
    case "maximum":
    case "minimum":
      return extremum(instructions, instruction, instruction.op);
    default: {
      const args = "y" in instruction ? [instruction.x, instruction.y] : [instruction.x];
      return { ...plain, args, from: instructions[instruction.x]!.dtype };
    }
  }
}

function shiftCount(count: Instruction): number {
  if (count.op === "constant") return Number(count.value);
  throw new InternalError("The count of a shift in a kernel is not a constant.");
}

/** With a constant that is a number, NaN can only come from x, and one compare is enough: `x < c ? c : x`. */
function extremum(
  instructions: readonly Instruction[],
  { dtype, x, y }: { dtype: Lane; x: number; y: number },
  op: "maximum" | "minimum",
): Operation {
  const plain = { op, dtype, from: dtype, args: [x, y], number: 0 };
  if (!isFloat(dtype)) return plain;
  for (const [value, limit] of [
    [x, y],
    [y, x],
  ] as const) {
    const c = instructions[limit]!;
    const bound = constantOf(c);
    if (bound === undefined || Number.isNaN(bound)) continue;
    const args = [value, limit];
    if (op === "maximum") return { ...plain, op: Object.is(bound, 0) ? "pmaxZero" : "pmax", args };
    if (!Object.is(bound, -0)) return { ...plain, op: "pmin", args };
  }
  return plain;
}

const LESS: Partial<Record<Instruction["op"], 1>> = { less: 1 };
const GREATER: Partial<Record<Instruction["op"], 1>> = { greater: 1 };

function selection(
  instructions: readonly Instruction[],
  { dtype, condition, x, y }: { dtype: Lane; condition: number; x: number; y: number },
): Operation {
  const plain = { dtype, from: "bool" as Lane, number: 0 };
  const test = instructions[condition]! as Instruction & { x: number; y: number; op: CompareOp };
  if (isFloat(dtype) && (LESS[test.op] ?? GREATER[test.op]) !== undefined) {
    const less = LESS[test.op] !== undefined;
    if (test.x === x && test.y === y) return { ...plain, op: less ? "pmin" : "pmax", from: dtype, args: [y, x] };
    if (test.x === y && test.y === x) return { ...plain, op: less ? "pmax" : "pmin", from: dtype, args: [y, x] };
  }
  if (dtype !== "bool" && isZero(instructions[y]!)) return { ...plain, op: "keep", args: [condition, x] };
  if (dtype !== "bool" && isZero(instructions[x]!)) return { ...plain, op: "drop", args: [condition, y] };
  return { ...plain, op: "select", args: [condition, x, y] };
}

function isZero(instruction: Instruction): boolean {
  return Object.is(constantOf(instruction), 0);
}

/** As stored: the smallest doubles are 0 in f32. */
function constantOf(instruction: Instruction): number | undefined {
  if (instruction.op !== "constant") return undefined;
  const value = Number(instruction.value);
  return instruction.dtype === "f32" ? Math.fround(value) : value;
}

export function isFloat(dtype: Lane): dtype is "f32" | "f64" {
  return dtype === "f32" || dtype === "f64";
}

/** The structure of operations as text: equal texts make equal code. */
export function keyOf(operations: readonly (Operation | undefined)[]): string {
  return operations
    .map((o) => (o === undefined ? "" : `${o.op}:${o.dtype}:${o.from}:${o.number}(${o.args.join()})`))
    .join(";");
}
