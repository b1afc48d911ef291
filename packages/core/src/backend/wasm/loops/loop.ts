// Code for loop kernels: maps as one flat loop where they can be, rows one after another, few long rows in chunks.
import type { Lane } from "../../../program/kernels/body.ts";
import type { LoopKernel } from "../../../program/kernels/kernel.ts";
import type { FunctionBuilder, Local } from "../assembler.ts";
import type { Call, EmitOptions, Emitted } from "../emitted.ts";
import { ACCUMULATOR_BYTES, Accumulators, CHUNK, checkReduction, PARTIAL_BYTES, reductionKey } from "./accumulators.ts";
import { BodyCode } from "./body-code.ts";
import { costOf } from "./cost.ts";
import { type CodePlan, KernelCode } from "./kernel-code.ts";
import { keyOf, narrowed, type Operation, operationsOf, rootsOf } from "./operations.ts";
import { accessKey, planAccesses, planConstants, Words } from "./plan.ts";
import { lanesOf } from "./registers.ts";
import { isMap, type Space, spaceOf } from "./space.ts";
import { Sweep, type SweepReduction } from "./sweep.ts";

type Stage = LoopKernel["stages"][number];

interface StagePlan {
  readonly stage: Stage;
  readonly operations: readonly (Operation | undefined)[];
  readonly constants: readonly (number | undefined)[];
  readonly reductions: readonly SweepReduction[];
  /** Words with the addresses of the chunk results of each reduction, if rows are cut between units. */
  readonly partials: readonly number[];
}

interface Plan extends CodePlan {
  readonly kernel: LoopKernel;
  readonly stages: readonly StagePlan[];
  readonly innerAxis: number;
  /** Words: extent of the row, its chunks, where slots are kept between calls. */
  readonly inner: number;
  readonly chunks: number;
  readonly kept: number;
  /** Reductions need more than one chunk. */
  readonly long: boolean;
}

/** Rows at least this long are cut between units if there are few of them. */
const LONG = 2 * CHUNK;
const FEW = 8;

export function emitLoop(kernel: LoopKernel): Emitted {
  const space = spaceOf(kernel);
  const rows = space.outer.reduce((a, b) => a * b, 1);
  const map = isMap(kernel);
  const spread = rows > 0 && rows < FEW && space.inner > LONG && !(map && space.outer.length === 0);
  const { plan, workspaceBytes } = planOf(kernel, space, rows, spread);
  const cost = plan.stages.map((s) => stageCost(s, plan));
  const call = (key: string, emit: Call["emit"], units: number, grain: number, perUnit: number): Call => {
    const scratchBytes = scratchOf(plan, space.inner, spread);
    return {
      key: `${key} ${keyOfPlan(plan)}`,
      emit,
      words: plan.words,
      units,
      grain,
      cost: units * perUnit,
      scratchBytes,
    };
  };
  if (map && space.outer.length === 0)
    return {
      calls: [{ ...call("flat", (o) => flatCode(plan, o), space.inner, CHUNK, cost[0]!), rowsPerUnit: 1 }],
      workspaceBytes,
    };
  const total = cost.reduce((a, b) => a + b, 0) * space.inner + 10;
  if (!spread) {
    const grain = Math.max(1, Math.ceil(1024 / Math.max(1, space.inner)));
    return { calls: [call("rows", (o) => rowsCode(plan, o), rows, grain, total)], workspaceBytes };
  }
  const chunks = Math.ceil(space.inner / CHUNK);
  const calls: Call[] = [];
  let next = 0;
  while (next < plan.stages.length) {
    const at = next;
    if (plan.stages[at]!.stage.over === "inner") {
      const chunk = call(`chunks ${at}`, (o) => chunksCode(plan, at, o), rows * chunks, 1, cost[at]! * CHUNK);
      calls.push(rows === 1 ? { ...chunk, rowsPerUnit: CHUNK } : chunk);
      next++;
      if (plan.stages[at]!.reductions.length === 0) continue;
    }
    while (plan.stages[next]?.stage.over === "row") next++;
    const end = next;
    calls.push(call(`meet ${at} ${end}`, (o) => meetCode(plan, at, end, o), rows, rows, chunks * 10));
  }
  return { calls, workspaceBytes };
}

function planOf(
  kernel: LoopKernel,
  space: Space,
  rows: number,
  spread: boolean,
): { plan: Plan; workspaceBytes: number } {
  const words = new Words();
  const inner = words.i32(space.inner);
  const chunkCount = Math.max(1, Math.ceil(space.inner / CHUNK));
  const chunks = words.i32(chunkCount);
  const kept = words.workspace(0);
  const extents = space.outer.map((extent) => words.i32(extent));
  const accesses = planAccesses(kernel.accesses, space, words);
  let workspaceBytes = spread ? rows * kernel.slots.length * PARTIAL_BYTES : 0;
  const types: Lane[] = [...kernel.slots];
  const isStill = (access: number): boolean => space.strides[access]!.at(-1) === 0;
  const stages = kernel.stages.map((stage): StagePlan => {
    const roots = rootsOf(stage);
    const operations = narrowed(operationsOf(stage.body, roots), roots, isStill).map((o) => withAxis(o, space.axes));
    for (const { access } of stage.stores) types.push(kernel.accesses[access]!.dtype);
    for (const operation of operations) if (operation !== undefined) types.push(operation.dtype, operation.from);
    const reductions = stage.reductions.map(({ value, combine, slot }) => {
      const dtype = kernel.slots[slot]!;
      checkReduction({ combine, dtype });
      return { value, combine, dtype };
    });
    const partials = reductions.map(() => {
      const word = words.workspace(workspaceBytes);
      if (spread) workspaceBytes += rows * chunkCount * PARTIAL_BYTES;
      return word;
    });
    return {
      stage,
      operations,
      constants: planConstants(stage.body.instructions, operations, words),
      reductions,
      partials,
    };
  });
  const plan: Plan = {
    ...{ kernel, stages, inner, chunks, kept, extents, accesses },
    lanes: lanesOf(types),
    words: words.list,
    slots: kernel.slots.length,
    innerAxis: space.outer.length,
    long: space.inner > CHUNK,
  };
  return { plan, workspaceBytes };
}

/** Index instructions name the axes of the space; −1 is an axis of one position. */
function withAxis(operation: Operation | undefined, axes: readonly number[]): Operation | undefined {
  return operation?.op === "index" ? { ...operation, number: axes[operation.number]! } : operation;
}

function keyOfPlan(plan: Plan): string {
  const stages = plan.stages.map(({ stage, operations, constants, reductions }) =>
    [
      stage.over,
      keyOf(operations),
      constants.join(),
      stage.stores.map(({ value, access }) => `${value}>${access}`).join(),
      stage.reductions.map(({ value, slot }, r) => `${value}>${slot} ${reductionKey(reductions[r]!)}`).join(),
      stage.results.map(({ value, slot }) => `${value}>${slot}`).join(),
    ].join("|"),
  );
  const { lanes, accesses, extents, kernel, long } = plan;
  return [lanes, extents.length, long, kernel.slots.join(), accesses.map(accessKey).join(), ...stages].join("\n");
}

function stageCost({ stage, operations }: StagePlan, { lanes, kernel }: Plan): number {
  if (stage.over === "row") return 0;
  return costOf(
    operations,
    lanes,
    stage.stores.map(({ access }) => kernel.accesses[access]!.dtype),
  );
}

function scratchOf({ stages }: Plan, inner: number, spread: boolean): number {
  const reductions = Math.max(0, ...stages.map((s) => s.reductions.length));
  const chunks = spread || inner <= CHUNK ? 0 : Math.ceil(inner / CHUNK);
  return reductions * (ACCUMULATOR_BYTES + chunks * PARTIAL_BYTES);
}

class StageCode {
  readonly #code: KernelCode;
  readonly #plan: StagePlan;
  readonly #body: BodyCode;
  readonly #sweep: Sweep | undefined;

  constructor(code: KernelCode, plan: StagePlan, innerAxis: number) {
    const { stage, operations, constants, reductions } = plan;
    const once = stage.over === "row";
    this.#code = code;
    this.#plan = plan;
    this.#body = new BodyCode(code, operations, code.constants(constants), rootsOf(stage), innerAxis, once);
    this.#sweep = once ? undefined : new Sweep(code, this.#body, stage.stores, reductions);
  }

  /** A pass over the elements; its reductions are left in `into`. */
  pass(low: Local | undefined, count: Local, into: readonly Local[]): void {
    this.#body.row();
    this.#sweep!.run(low, count);
    this.#sweep!.finish(into);
  }

  /** The computation on the numbers of the row. */
  once(): void {
    const { f, registers, rows, slots, accesses } = this.#code;
    const { stage } = this.#plan;
    this.#body.row();
    for (const { value, access } of stage.stores) {
      f.get(rows.starts[access]!);
      registers.storeLane(accesses[access]!.dtype, this.#body.value(value), 0);
    }
    for (const { value, slot } of stage.results) f.get(this.#body.value(value)).set(slots[slot]!);
  }
}

function flatCode(plan: Plan, options: EmitOptions): FunctionBuilder {
  const code = new KernelCode(plan, options);
  const { f, from, to, rows } = code;
  const stage = new StageCode(code, plan.stages[0]!, plan.innerAxis);
  const count = f.local("i32");
  const row = f.local("i32");
  rows.start(row);
  f.get(to).get(from).plain("i32.sub").set(count);
  stage.pass(from, count, []);
  return f;
}

function rowsCode(plan: Plan, options: EmitOptions): FunctionBuilder {
  const code = new KernelCode(plan, options);
  const { f, slots } = code;
  const inner = code.word(plan.inner);
  const stages = plan.stages.map((stage) => new StageCode(code, stage, plan.innerAxis));
  code.eachRow(() => {
    plan.stages.forEach(({ stage, reductions }, s) => {
      if (stage.over === "row") stages[s]!.once();
      else if (reductions.length === 0 || !plan.long) {
        stages[s]!.pass(
          undefined,
          inner,
          stage.reductions.map(({ slot }) => slots[slot]!),
        );
      } else passInChunks(plan, code, stages[s]!, plan.stages[s]!, inner);
    });
  });
  return f;
}

/** One row after the other, chunk by chunk; results of chunks wait behind the accumulators. */
function passInChunks(
  plan: Plan,
  code: KernelCode,
  stage: StageCode,
  { stage: { reductions: made }, reductions }: StagePlan,
  inner: Local,
): void {
  const { f, scratch, slots } = code;
  const accumulators = new Accumulators(code);
  const low = f.local("i32");
  const count = f.local("i32");
  const chunk = f.local("i32");
  const at = f.local("i32");
  const into = reductions.map(() => f.local("v128"));
  const chunks = code.word(plan.chunks);
  const first = (r: number): void => {
    f.get(scratch)
      .i32(reductions.length * ACCUMULATOR_BYTES)
      .plain("i32.add");
    f.get(chunks)
      .i32(r * PARTIAL_BYTES)
      .plain("i32.mul")
      .plain("i32.add");
  };
  f.i32(0).set(chunk);
  f.loop((again) => {
    f.get(chunk).i32(CHUNK).plain("i32.mul").set(low);
    smallerOf(code, inner, low, count);
    stage.pass(low, count, into);
    reductions.forEach((reduction, r) => {
      first(r);
      f.get(chunk).i32(PARTIAL_BYTES).plain("i32.mul").plain("i32.add").set(at);
      accumulators.storePartial(reduction, at, into[r]!);
    });
    f.get(chunk).i32(1).plain("i32.add").tee(chunk).get(chunks).plain("i32.lt_s").branchIf(again);
  });
  reductions.forEach((reduction, r) => {
    first(r);
    f.set(at);
    accumulators.tree(reduction, at, chunks, slots[made[r]!.slot]!);
  });
}

/** count ← min(4096, inner − low) */
function smallerOf({ f }: KernelCode, inner: Local, low: Local, count: Local): void {
  f.get(inner).get(low).plain("i32.sub").tee(count).i32(CHUNK);
  f.get(count).i32(CHUNK).plain("i32.lt_s").plain("select").set(count);
}

/** Units are chunks of rows: slots come from the workspace, results of chunks go there. */
function chunksCode(plan: Plan, s: number, options: EmitOptions): FunctionBuilder {
  const code = new KernelCode(plan, options);
  const { f, rows } = code;
  const { reductions, partials } = plan.stages[s]!;
  const accumulators = new Accumulators(code);
  const stage = new StageCode(code, plan.stages[s]!, plan.innerAxis);
  const inner = code.word(plan.inner);
  const chunks = code.word(plan.chunks);
  const row = f.local("i32");
  const low = f.local("i32");
  const count = f.local("i32");
  const at = f.local("i32");
  const into = reductions.map(() => f.local("v128"));
  code.units((unit) => {
    f.get(unit).get(chunks).plain("i32.rem_u").i32(CHUNK).plain("i32.mul").set(low);
    f.get(unit).get(chunks).plain("i32.div_u").set(row);
    loadSlots(plan, code, row);
    rows.start(row);
    smallerOf(code, inner, low, count);
    stage.pass(low, count, into);
    reductions.forEach((reduction, r) => {
      code.args.push(partials[r]!);
      f.get(unit).i32(PARTIAL_BYTES).plain("i32.mul").plain("i32.add").set(at);
      accumulators.storePartial(reduction, at, into[r]!);
    });
  });
  return f;
}

/** Units are rows: results of chunks meet, stages on the numbers of the row follow, slots are kept. */
function meetCode(plan: Plan, begin: number, end: number, options: EmitOptions): FunctionBuilder {
  const code = new KernelCode(plan, options);
  const { f, rows, slots } = code;
  const accumulators = new Accumulators(code);
  const chunks = code.word(plan.chunks);
  const stages = plan.stages.slice(begin, end).filter(({ stage }) => stage.over === "row");
  const codes = stages.map((stage) => new StageCode(code, stage, plan.innerAxis));
  const row = f.local("i32");
  const at = f.local("i32");
  code.units((unit) => {
    loadSlots(plan, code, unit);
    const { stage, reductions, partials } = plan.stages[begin]!;
    reductions.forEach((reduction, r) => {
      code.args.push(partials[r]!);
      f.get(unit).get(chunks).plain("i32.mul").i32(PARTIAL_BYTES).plain("i32.mul").plain("i32.add").set(at);
      accumulators.tree(reduction, at, chunks, slots[stage.reductions[r]!.slot]!);
    });
    f.get(unit).set(row);
    rows.start(row);
    for (const once of codes) once.once();
    plan.kernel.slots.forEach((dtype, slot) => {
      slotAddress(plan, code, unit, slot);
      f.set(at);
      accumulators.storePartial({ dtype }, at, slots[slot]!);
    });
  });
  return f;
}

function slotAddress({ kept, kernel }: Plan, { f, args }: KernelCode, row: Local, slot: number): void {
  args.push(kept);
  f.get(row)
    .i32(kernel.slots.length * PARTIAL_BYTES)
    .plain("i32.mul")
    .plain("i32.add");
  f.i32(slot * PARTIAL_BYTES).plain("i32.add");
}

function loadSlots(plan: Plan, code: KernelCode, row: Local): void {
  const accumulators = new Accumulators(code);
  plan.kernel.slots.forEach((dtype, slot) => {
    slotAddress(plan, code, row, slot);
    accumulators.loadPartial({ dtype });
    code.f.set(code.slots[slot]!);
  });
}
