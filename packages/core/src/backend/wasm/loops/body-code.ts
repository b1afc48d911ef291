// The code of one stage's body: what is the same for a whole row is computed before its loop, the rest once per vector.
import type { Local } from "../assembler.ts";
import { emitOperation } from "./arithmetic.ts";
import type { KernelCode } from "./kernel-code.ts";
import type { Operation } from "./operations.ts";

type Level = "kernel" | "row" | "element";

/** Inputs of a body that are not numbers of the row: who moves what. */
export interface Position {
  /** Pointers into the arrays along the inner axis. */
  readonly pointers: ReadonlyMap<number, Local>;
  /** Position of lane 0 along the inner axis. */
  readonly index: Local;
  /** Elements from here to the end of the row, if they may be fewer than lanes. */
  readonly rest: Local | undefined;
  /** Which vector after the pointers. */
  readonly vector: number;
}

export class BodyCode {
  readonly operations: readonly (Operation | undefined)[];
  readonly #code: KernelCode;
  readonly #constants: readonly (Local | undefined)[];
  readonly #levels: (Level | undefined)[];
  readonly #uses: number[];
  readonly #locals: (Local | undefined)[];
  readonly #ready: boolean[];
  readonly #roots: ReadonlySet<number>;
  /** Along which axis of the nest the vectors run; the others are positions of the row. */
  readonly #innerAxis: number;
  /** One number per row: nothing moves. */
  readonly #once: boolean;

  constructor(
    code: KernelCode,
    operations: readonly (Operation | undefined)[],
    constants: readonly (Local | undefined)[],
    roots: readonly number[],
    innerAxis: number,
    once: boolean,
  ) {
    this.operations = operations;
    this.#code = code;
    this.#constants = constants;
    this.#roots = new Set(roots);
    this.#innerAxis = innerAxis;
    this.#once = once;
    this.#uses = operations.map(() => 0);
    for (const operation of operations) for (const arg of operation?.args ?? []) this.#uses[arg]!++;
    this.#levels = [];
    for (const operation of operations) this.#levels.push(operation && this.#levelOf(operation));
    this.#locals = operations.map(() => undefined);
    this.#ready = operations.map(() => false);
  }

  /** How many operations run per vector: loads and values of the row do not count. */
  get size(): number {
    return this.operations.filter((o, id) => o !== undefined && o.op !== "load" && this.#levels[id] === "element")
      .length;
  }

  /** Arrays read once per vector. */
  get moving(): number[] {
    return this.operations.flatMap((o, id) => (o?.op === "load" && this.#levels[id] === "element" ? [o.number] : []));
  }

  /** Computes what the row shares. */
  row(): void {
    this.#ready.fill(false);
    this.operations.forEach((operation, id) => {
      if (this.#levels[id] !== "row") return;
      const isLoad = operation!.op === "load" || operation!.op === "loadNarrow";
      const wanted = this.#roots.has(id) || this.#uses[id]! > 1 || isLoad || this.#feedsElements(id);
      if (wanted) this.#keep(id, undefined);
    });
  }

  /** Computes a vector of elements; afterwards `value` gives its results. */
  element(position: Position): void {
    this.operations.forEach((_, id) => {
      if (this.#levels[id] === "element") this.#ready[id] = false;
    });
    this.operations.forEach((operation, id) => {
      if (this.#levels[id] !== "element") return;
      if (this.#roots.has(id) || this.#uses[id]! > 1 || operation!.op === "load") this.#keep(id, position);
    });
  }

  /** The local that holds a root. */
  value(id: number): Local {
    return this.#constants[id] ?? this.#slot(id) ?? this.#locals[id]!;
  }

  #slot(id: number): Local | undefined {
    const operation = this.operations[id]!;
    return operation.op === "slot" ? this.#code.slots[operation.number] : undefined;
  }

  #levelOf({ op, args, number }: Operation): Level {
    if (op === "constant") return "kernel";
    if (this.#once) return "row";
    if (op === "load") return this.#code.accesses[number]!.walk === "still" ? "row" : "element";
    if (op === "slot" || op === "loadNarrow") return "row";
    if (op === "index") return number === this.#innerAxis ? "element" : "row";
    if (args.some((arg) => this.#levels[arg] === "element")) return "element";
    return "row";
  }

  #feedsElements(id: number): boolean {
    return this.operations.some((o, other) => this.#levels[other] === "element" && o!.args.includes(id));
  }

  #keep(id: number, position: Position | undefined): void {
    const { f } = this.#code;
    if (this.operations[id]!.op === "slot") return;
    this.#emit(id, position);
    this.#locals[id] ??= f.local("v128");
    f.set(this.#locals[id]!);
    this.#ready[id] = true;
  }

  #push(id: number, position: Position | undefined): void {
    const known = this.#constants[id] ?? this.#slot(id) ?? (this.#ready[id] ? this.#locals[id] : undefined);
    if (known !== undefined) this.#code.f.get(known);
    else this.#emit(id, position);
  }

  #emit(id: number, position: Position | undefined): void {
    const { f, registers, rows, accesses, options } = this.#code;
    const operation = this.operations[id]!;
    const { op, args, number } = operation;
    if (op === "load") {
      const start = rows.starts[number]!;
      if (this.#levels[id] === "row") {
        f.get(start);
        registers.loadSplat(accesses[number]!.dtype);
      } else this.#load(number, position!);
    } else if (op === "loadNarrow") {
      f.get(rows.starts[number]!).memory("f64.load").plain("f32.demote_f64").simd("f32x4.splat");
    } else if (op === "index") {
      if (this.#levels[id] === "element") {
        f.get(position!.index).simd("i32x4.splat").get(this.#code.iota).simd("i32x4.add");
        if (position!.vector > 0)
          f.i32(position!.vector * registers.lanes)
            .simd("i32x4.splat")
            .simd("i32x4.add");
      } else {
        if (number < 0) f.i32(0);
        else f.get(rows.positions[number]!);
        f.simd("i32x4.splat");
      }
    } else emitOperation(registers, operation, options.fma, (arg) => this.#push(args[arg]!, position));
  }

  #load(access: number, { pointers, rest, vector }: Position): void {
    const { f, registers, accesses, args, rows } = this.#code;
    const { walk, dtype, inner, picked } = accesses[access]!;
    const pointer = pointers.get(access)!;
    if (walk === "vector") {
      f.get(pointer);
      registers.load(dtype, vector * registers.lanes * (dtype === "f64" ? 8 : dtype === "bool" ? 1 : 4));
      return;
    }
    /** The pointer of lane j, which stays on the last element of the row. */
    const walker = (along: Local, step: number) => {
      const at = f.local("i32");
      return (j: number): void => {
        if (j === 0) f.get(along).tee(at);
        else {
          f.get(at);
          args.push(step);
          if (rest !== undefined) f.i32(0).get(rest).i32(j).plain("i32.gt_s").plain("select");
          f.plain("i32.add").tee(at);
        }
      };
    };
    const own = walker(pointer, inner);
    if (walk === "lanes") {
      registers.loadLanes(dtype, f.local("v128"), own);
      return;
    }
    const ids = walker(pointers.get(picked!.ids)!, accesses[picked!.ids]!.inner);
    registers.loadLanes(dtype, f.local("v128"), (j) => {
      own(j);
      ids(j);
      f.memory("i32.load");
      rows.offsetOf(picked!);
      f.plain("i32.add");
    });
  }
}
