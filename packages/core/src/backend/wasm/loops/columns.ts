// Code for reductions over axes that are not the last: a unit is a block of columns, whose accumulators stay in registers.

import { InternalError } from "../../../errors/index.ts";
import { bytesOf } from "../../../program/dtype.ts";
import type { Lane } from "../../../program/kernels/body.ts";
import type { Access, ColumnKernel, Stage } from "../../../program/kernels/kernel.ts";
import type { FunctionBuilder, Local } from "../assembler.ts";
import type { EmitOptions, Emitted } from "../emitted.ts";
import { Accumulators, CHUNK, checkReduction, type Reduction, reductionKey, watchesNaN } from "./accumulators.ts";
import { BodyCode } from "./body-code.ts";
import { costOf } from "./cost.ts";
import { type CodePlan, KernelCode } from "./kernel-code.ts";
import { keyOf, narrowed, type Operation, operationsOf, rootsOf } from "./operations.ts";
import { accessKey, planAccesses, planConstants, Words } from "./plan.ts";
import { lanesOf } from "./registers.ts";
import { collapse } from "./space.ts";

interface BodyPlan {
  readonly operations: readonly (Operation | undefined)[];
  readonly constants: readonly (number | undefined)[];
  readonly roots: readonly number[];
}

interface Plan extends CodePlan {
  readonly kernel: ColumnKernel;
  readonly epilogueStage: Stage;
  readonly body: BodyPlan;
  readonly epilogue: BodyPlan;
  readonly reductions: readonly Reduction[];
  readonly innerAxis: number;
  /** Vectors per block of columns. */
  readonly vectors: number;
  /** Words: columns, blocks of columns, reduced rows, rows between outer positions, chunks of reduced rows. */
  readonly inner: number;
  readonly blocks: number;
  readonly count: number;
  readonly step: number;
  readonly chunks: number;
  /** More than one chunk. */
  readonly long: boolean;
}

const VECTOR_BYTES = 16;

/**
 * Reduced rows are combined in index order, in chunks of 4096 that start at the neutral element; results of chunks meet as those of
 * rows do (accumulators.ts), column by column.
 */
export function emitColumns(kernel: ColumnKernel): Emitted {
  const { plan, units, count } = planOf(kernel);
  const perElement = costOf(plan.body.operations, plan.lanes, []);
  const width = plan.vectors * plan.lanes;
  const live = plan.reductions.length * plan.vectors;
  return {
    calls: [
      {
        key: `columns ${keyOfPlan(plan)}`,
        emit: (options) => columnsCode(plan, options),
        words: plan.words,
        units,
        grain: 1,
        cost: units * (perElement * count * width + 20),
        scratchBytes: plan.long ? Math.ceil(count / CHUNK) * live * VECTOR_BYTES : 0,
      },
    ],
    workspaceBytes: 0,
  };
}

function planOf(kernel: ColumnKernel): { plan: Plan; units: number; count: number } {
  const { epilogue } = kernel;
  if (epilogue === undefined) throw new InternalError("A kernel reduces columns and stores nothing.");
  const [outer, reduced] = [kernel.outer.length, kernel.reduced.length];
  const held = new Set(
    [...kernel.body.instructions, ...epilogue.body.instructions].flatMap((i) => (i.op === "index" ? [i.axis] : [])),
  );
  const before = part(kernel.outer, kernel.accesses, 0, held);
  const along = part(kernel.reduced, kernel.accesses, outer, held);
  const axes = [
    ...before.axes,
    ...along.axes.map((axis) => (axis < 0 ? axis : axis + before.extents.length)),
    before.extents.length + along.extents.length,
  ];
  const size = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1);
  const [rows, count] = [size(kernel.outer), size(kernel.reduced)];

  const words = new Words();
  const inner = words.i32(kernel.inner);
  // Positions along reduced axes are counted even where there are none: an extent of 0 divides nothing.
  const space = [...before.extents, ...along.extents.map((extent) => Math.max(1, extent))];
  const extents = space.map((extent) => words.i32(extent));
  const accesses = planAccesses(
    kernel.accesses,
    {
      outer: space,
      inner: kernel.inner,
      strides: kernel.accesses.map(({ strides }, a) => [
        ...before.strides[a]!,
        ...along.strides[a]!,
        strides[outer + reduced]!,
      ]),
    },
    words,
  );
  const types: Lane[] = [...kernel.slots, ...epilogue.stores.map(({ access }) => kernel.accesses[access]!.dtype)];
  const isStill = (access: number): boolean => kernel.accesses[access]!.strides.at(-1) === 0;
  const planBody = (body: ColumnKernel["body"], roots: readonly number[]): BodyPlan => {
    const operations = narrowed(operationsOf(body, roots), roots, isStill).map((o) =>
      o?.op === "index" ? { ...o, number: axes[o.number]! } : o,
    );
    for (const operation of operations) if (operation !== undefined) types.push(operation.dtype, operation.from);
    return { operations, constants: planConstants(body.instructions, operations, words), roots };
  };
  const body = planBody(
    kernel.body,
    kernel.reductions.map(({ value }) => value),
  );
  const after = planBody(epilogue.body, rootsOf(epilogue));
  const reductions = kernel.reductions.map(({ combine, slot }) => ({ combine, dtype: kernel.slots[slot]! }));
  reductions.forEach(checkReduction);
  const lanes = lanesOf(types);
  const vectors = vectorsFor(reductions.length, body.operations.filter((o) => o !== undefined).length);
  const blocks = Math.ceil(kernel.inner / (vectors * lanes));
  const plan: Plan = {
    ...{ kernel, epilogueStage: epilogue, body, epilogue: after, reductions, inner, extents, accesses, lanes, vectors },
    blocks: words.i32(blocks),
    count: words.i32(count),
    step: words.i32(size(space.slice(before.extents.length))),
    chunks: words.i32(Math.max(1, Math.ceil(count / CHUNK))),
    words: words.list,
    slots: kernel.slots.length,
    innerAxis: space.length,
    long: count > CHUNK,
  };
  return { plan, units: rows * blocks, count };
}

/** Accumulators and the values of a body share 15 registers. */
function vectorsFor(reductions: number, operations: number): number {
  if (reductions === 1 && operations <= 4) return 8;
  if (reductions * 4 <= 8 && operations <= 16) return 4;
  return reductions <= 4 ? 2 : 1;
}

/** Some of the axes, merged where all accesses allow it. `axes` says where each is now. */
function part(
  extents: readonly number[],
  accesses: readonly Access[],
  first: number,
  held: ReadonlySet<number>,
): { extents: number[]; strides: number[][]; axes: number[] } {
  const own = new Set([...held].map((axis) => axis - first));
  const strided = accesses.map(({ strides }) => ({ strides: strides.slice(first, first + extents.length) }));
  const { outer, inner, strides, axes } = collapse(extents, strided, own, true);
  return { extents: [...outer, inner], strides: strides.map((list) => [...list]), axes: [...axes] };
}

function keyOfPlan(plan: Plan): string {
  const { lanes, vectors, long, accesses, extents, kernel, epilogueStage, reductions, body, epilogue } = plan;
  return [
    `${lanes} ${vectors} ${extents.length} ${long} ${kernel.slots.join()}`,
    accesses.map(accessKey).join(),
    keyOf(body.operations),
    body.constants.join(),
    kernel.reductions.map(({ value, slot }, r) => `${value}>${slot} ${reductionKey(reductions[r]!)}`).join(),
    keyOf(epilogue.operations),
    epilogue.constants.join(),
    epilogueStage.stores.map(({ value, access }) => `${value}>${access}`).join(),
  ].join("\n");
}

function columnsCode(plan: Plan, options: EmitOptions): FunctionBuilder {
  const code = new KernelCode(plan, options);
  const { f, registers } = code;
  const columns = new Columns(code, plan);
  const inner = code.word(plan.inner);
  const blocks = code.word(plan.blocks);
  const step = code.word(plan.step);
  const row = f.local("i32");
  const column = f.local("i32");
  const rest = f.local("i32");
  const start = f.local("i32");
  const width = plan.vectors * registers.lanes;
  code.units((unit) => {
    f.get(unit).get(blocks).plain("i32.div_u").get(step).plain("i32.mul").set(row);
    f.get(unit).get(blocks).plain("i32.rem_u").i32(width).plain("i32.mul").set(column);
    f.get(inner).get(column).plain("i32.sub").set(rest);
    const single = (): void => {
      f.loop((again) => {
        f.get(row).set(start);
        columns.sweep(1, start, column, rest);
        f.get(column).i32(registers.lanes).plain("i32.add").set(column);
        f.get(rest).i32(registers.lanes).plain("i32.sub").tee(rest).i32(0).plain("i32.gt_s").branchIf(again);
      });
    };
    if (plan.vectors === 1) {
      f.get(row).set(start);
      columns.sweep(1, start, column, rest);
      return;
    }
    f.get(rest)
      .i32(width)
      .plain("i32.ge_s")
      .if(() => {
        f.get(row).set(start);
        columns.sweep(plan.vectors, start, column, undefined);
      }, single);
  });
  return f;
}

/** A block of columns over all reduced rows. */
class Columns {
  readonly #code: KernelCode;
  readonly #plan: Plan;
  readonly #accumulators: Accumulators;
  readonly #body: BodyCode;
  readonly #epilogue: BodyCode;
  readonly #pointers = new Map<number, Local>();
  /** Bytes from the start of a row to the block, for arrays that move along it. */
  readonly #shifts = new Map<number, Local>();
  readonly #left: Local;
  readonly #chunk: Local;
  readonly #at: Local;

  constructor(code: KernelCode, plan: Plan) {
    const { f } = code;
    this.#code = code;
    this.#plan = plan;
    this.#accumulators = new Accumulators(code);
    const bodyOf = ({ operations, constants, roots }: BodyPlan): BodyCode =>
      new BodyCode(code, operations, code.constants(constants), roots, plan.innerAxis, false);
    this.#body = bodyOf(plan.body);
    this.#epilogue = bodyOf(plan.epilogue);
    for (const access of [
      ...this.#body.moving,
      ...this.#epilogue.moving,
      ...plan.epilogueStage.stores.map((s) => s.access),
    ]) {
      const { walk, picked } = code.accesses[access]!;
      for (const array of walk === "gather" ? [access, picked!.ids] : [access]) {
        if (this.#pointers.has(array)) continue;
        this.#pointers.set(array, f.local("i32"));
        this.#shifts.set(array, f.local("i32"));
      }
    }
    this.#left = f.local("i32");
    this.#chunk = f.local("i32");
    this.#at = f.local("i32");
  }

  /** `vectors` of them from `column` on; with `rest`, one vector that may be partly filled. Overwrites `row`. */
  sweep(vectors: number, row: Local, column: Local, rest: Local | undefined): void {
    const { f, rows, accesses, args, slots } = this.#code;
    const { reductions, kernel, long } = this.#plan;
    for (const [access, shift] of this.#shifts) {
      f.get(column);
      args.push(accesses[access]!.inner);
      f.plain("i32.mul").set(shift);
    }
    const sums = reductions.map(() => Array.from({ length: vectors }, () => f.local("v128")));
    const nans = reductions.map((reduction) =>
      watchesNaN(reduction) ? Array.from({ length: vectors }, () => f.local("v128")) : undefined,
    );
    rows.start(row);
    args.push(this.#plan.count);
    f.set(this.#left);
    if (!long) this.#chunkOf(vectors, column, rest, sums, nans);
    else {
      const chunks = this.#code.word(this.#plan.chunks);
      f.i32(0).set(this.#chunk);
      f.loop((again) => {
        this.#chunkOf(vectors, column, rest, sums, nans);
        this.#address(this.#chunk, vectors);
        sums.flat().forEach((sum, i) => {
          f.get(this.#at)
            .get(sum)
            .memory("v128.store", i * VECTOR_BYTES);
        });
        f.get(this.#chunk).i32(1).plain("i32.add").tee(this.#chunk).get(chunks).plain("i32.lt_s").branchIf(again);
      });
      this.#tree(vectors, chunks, sums);
    }
    for (let v = 0; v < vectors; v++) {
      kernel.reductions.forEach(({ slot }, r) => {
        f.get(sums[r]![v]!).set(slots[slot]!);
      });
      this.#store(column, rest, v);
    }
  }

  /** Up to 4096 rows into fresh accumulators. The rows have been started; the last one is not left. */
  #chunkOf(
    vectors: number,
    column: Local,
    rest: Local | undefined,
    sums: readonly (readonly Local[])[],
    nans: readonly (readonly Local[] | undefined)[],
  ): void {
    const { f, rows } = this.#code;
    const { reductions, kernel } = this.#plan;
    const now = f.local("i32");
    reductions.forEach((reduction, r) => {
      for (const sum of sums[r]!) {
        this.#accumulators.neutral(reduction);
        f.set(sum);
      }
      for (const nan of nans[r] ?? []) f.i32(0).simd("i32x4.splat").set(nan);
    });
    f.get(this.#left).i32(CHUNK).get(this.#left).i32(CHUNK).plain("i32.lt_s").plain("select").set(now);
    f.get(this.#left).get(now).plain("i32.sub").set(this.#left);
    f.get(now)
      .i32(0)
      .plain("i32.gt_s")
      .if(() => {
        f.loop((again) => {
          this.#aim(this.#body);
          this.#body.row();
          for (let v = 0; v < vectors; v++) {
            this.#body.element({ pointers: this.#pointers, index: column, rest, vector: v });
            kernel.reductions.forEach(({ value }, r) => {
              const x = this.#body.value(value);
              const sum = sums[r]![v]!;
              f.get(sum).get(x);
              this.#accumulators.combine(reductions[r]!);
              f.set(sum);
              const nan = nans[r]?.[v];
              if (nan === undefined) return;
              f.get(nan).get(x).get(x);
              this.#accumulators.unequal(reductions[r]!);
              f.simd("v128.or").set(nan);
            });
            if (v + 1 < vectors) this.#advanceLanes(this.#body);
          }
          f.get(now).i32(1).plain("i32.sub").tee(now);
          f.get(this.#left)
            .plain("i32.or")
            .if(() => {
              rows.next();
            });
          f.get(now).branchIf(again);
        });
      });
    nans.forEach((list, r) => {
      list?.forEach((nan, v) => {
        f.get(sums[r]![v]!).get(nan).simd("v128.or").set(sums[r]![v]!);
      });
    });
  }

  /** Pointers to the block in the present row. */
  #aim(body: BodyCode): void {
    for (const access of body.moving) {
      this.#aimAt(access);
      const { walk, picked } = this.#code.accesses[access]!;
      if (walk === "gather") this.#aimAt(picked!.ids);
    }
  }

  #aimAt(access: number): void {
    const { f, rows } = this.#code;
    f.get(rows.starts[access]!).get(this.#shifts.get(access)!).plain("i32.add").set(this.#pointers.get(access)!);
  }

  /** Arrays that are not read side by side go on lane by lane. */
  #advanceLanes(body: BodyCode): void {
    for (const access of body.moving) this.#advance(access);
  }

  #advance(access: number): void {
    const { f, registers, accesses, args } = this.#code;
    const { walk, picked, inner } = accesses[access]!;
    if (walk === "vector") return;
    f.get(this.#pointers.get(access)!);
    args.push(inner);
    f.i32(registers.lanes).plain("i32.mul").plain("i32.add").set(this.#pointers.get(access)!);
    if (walk === "gather") this.#advance(picked!.ids);
  }

  /** at ← where results of a chunk wait. */
  #address(chunk: Local, vectors: number): void {
    const { f, scratch } = this.#code;
    f.get(chunk)
      .i32(this.#plan.reductions.length * vectors * VECTOR_BYTES)
      .plain("i32.mul")
      .get(scratch)
      .plain("i32.add")
      .set(this.#at);
  }

  /** Results of chunks: neighbors are combined until one is left. */
  #tree(vectors: number, chunks: Local, sums: readonly (readonly Local[])[]): void {
    const { f } = this.#code;
    const { reductions } = this.#plan;
    const step = f.local("i32");
    const first = f.local("i32");
    const second = f.local("i32");
    const other = f.local("i32");
    const a = f.local("v128");
    const b = f.local("v128");
    f.i32(1).set(step);
    f.block((done) => {
      f.loop((level) => {
        f.get(step).get(chunks).plain("i32.ge_s").branchIf(done);
        f.i32(0).set(first);
        f.block((last) => {
          f.loop((pair) => {
            f.get(first).get(step).plain("i32.add").tee(second).get(chunks).plain("i32.ge_s").branchIf(last);
            this.#address(second, vectors);
            f.get(this.#at).set(other);
            this.#address(first, vectors);
            reductions.forEach((reduction, r) => {
              for (let v = 0; v < vectors; v++) {
                const offset = (r * vectors + v) * VECTOR_BYTES;
                f.get(this.#at).memory("v128.load", offset).set(a);
                f.get(other).memory("v128.load", offset).set(b);
                f.get(this.#at);
                this.#accumulators.combineAll(reduction, a, b);
                f.memory("v128.store", offset);
              }
            });
            f.get(second).get(step).plain("i32.add").set(first).branch(pair);
          });
        });
        f.get(step).i32(1).plain("i32.shl").set(step).branch(level);
      });
    });
    f.i32(0).set(first);
    this.#address(first, vectors);
    sums.flat().forEach((sum, i) => {
      f.get(this.#at)
        .memory("v128.load", i * VECTOR_BYTES)
        .set(sum);
    });
  }

  /** The epilogue of vector `v`, whose sums are in the slots. */
  #store(column: Local, rest: Local | undefined, v: number): void {
    const { f, registers, accesses, args } = this.#code;
    const { stores } = this.#plan.epilogueStage;
    const position = f.local("i32");
    f.get(column)
      .i32(v * registers.lanes)
      .plain("i32.add")
      .set(position);
    this.#epilogue.row();
    for (const access of new Set([...this.#epilogue.moving, ...stores.map((s) => s.access)])) {
      this.#aimAt(access);
      const { picked, walk } = accesses[access]!;
      if (walk === "gather") this.#aimAt(picked!.ids);
      for (let skipped = 0; skipped < v; skipped++) this.#advance(access);
    }
    // Vectors of the block lie side by side: pointers that walk by vectors are moved here, so that `vector` is 0 below.
    for (const access of new Set([...this.#epilogue.moving, ...stores.map((s) => s.access)])) {
      const { walk, dtype } = accesses[access]!;
      if (walk !== "vector" || v === 0) continue;
      const pointer = this.#pointers.get(access)!;
      f.get(pointer)
        .i32(v * registers.lanes * bytesOf(dtype))
        .plain("i32.add")
        .set(pointer);
    }
    this.#epilogue.element({ pointers: this.#pointers, index: position, rest, vector: 0 });
    for (const { value, access } of stores) {
      const { walk, dtype, inner } = accesses[access]!;
      const pointer = this.#pointers.get(access)!;
      const result = this.#epilogue.value(value);
      if (walk === "vector" && rest === undefined) {
        f.get(pointer);
        registers.store(dtype, result, 0);
        continue;
      }
      const at = f.local("i32");
      f.get(pointer).set(at);
      const lane = (j: number): void => {
        if (j === registers.lanes) return;
        const these = (): void => {
          if (j > 0) {
            f.get(at);
            args.push(inner);
            f.plain("i32.add").set(at);
          }
          f.get(at);
          registers.storeLane(dtype, result, j);
          lane(j + 1);
        };
        if (rest !== undefined && j > 0) f.get(rest).i32(j).plain("i32.gt_s").if(these);
        else these();
      };
      lane(0);
    }
  }
}
