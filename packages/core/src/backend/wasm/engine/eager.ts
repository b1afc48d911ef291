// Single operations on concrete arrays, with the bits of compiled programs: what rounds in an order of its own runs as a kernel.

import { CONTENT, type Content, SIBLING } from "../../../program/content.ts";
import { bytesOf, type TypedArray } from "../../../program/dtype.ts";
import type { Instruction } from "../../../program/kernels/body.ts";
import type { Schedule, Step } from "../../../program/kernels/schedule.ts";
import { lower } from "../../../program/lower/index.ts";
import type { Primitive } from "../../../program/primitive.ts";
import type { Program } from "../../../program/program.ts";
import { sizeOf } from "../../../program/shape.ts";
import type { ArraySpec, Tensor } from "../../../program/tensor.ts";
import { Trace } from "../../../program/trace.ts";
import type { Engine } from "./engine.ts";
import { residentOf } from "./resident.ts";
import { Tape } from "./tape.ts";

/** So many operations with their shapes are kept ready. */
const KEPT = 512;

/** `undefined`: the reference rule has the same bits, and needs no copies. */
type Ready = Tape | undefined;

export class Eager {
  readonly #engine: () => Engine;
  readonly #ready = new Map<string, Ready>();
  /** Operations are told apart by identity: two of users may have one name. */
  readonly #ids = new WeakMap<Primitive<unknown>, number>();
  #count = 0;

  constructor(engine: () => Engine) {
    this.#engine = engine;
  }

  /** The result by a kernel; `undefined` where the reference rule shall compute it. */
  run(
    primitive: Primitive<unknown>,
    inputs: readonly Tensor[],
    params: unknown,
    output: ArraySpec,
  ): TypedArray | undefined {
    if (primitive.lower === undefined) return undefined;
    const settings = textOf(params);
    if (settings === undefined) return undefined;
    const id = this.#ids.get(primitive) ?? ++this.#count;
    this.#ids.set(primitive, id);
    const key = `${id} ${settings} ${inputs.map(specText).join()}`;
    const known = this.#ready.get(key);
    const tape =
      known !== undefined || this.#ready.has(key) ? known : this.#prepare(key, primitive, inputs, params, output);
    return tape === undefined ? undefined : this.#execute(tape, inputs, output);
  }

  #prepare(
    key: string,
    primitive: Primitive<unknown>,
    inputs: readonly Tensor[],
    params: unknown,
    output: ArraySpec,
  ): Ready {
    const schedule = lower(programOf(primitive, inputs, params, output));
    const [result] = schedule.outputs;
    const exact =
      !("buffer" in result!) || schedule.steps.every(isExact) || schedule.steps.some(({ kind }) => kind === "host");
    if (this.#ready.size >= KEPT) {
      const [oldest] = this.#ready.keys();
      this.#ready.get(oldest!)?.release();
      this.#ready.delete(oldest!);
    }
    const engine = this.#engine;
    const tape = exact ? undefined : new Tape(engine(), schedule, new Set([bufferOf(schedule)]));
    if (tape !== undefined) engine().ensureScratch(tape.scratchBytes);
    this.#ready.set(key, tape);
    return tape;
  }

  #execute(tape: Tape, inputs: readonly Tensor[], output: ArraySpec): TypedArray | undefined {
    const engine = this.#engine();
    const { memory } = engine;
    const taken: number[] = [];
    const take = (bytes: number): number => {
      const address = memory.heap.allocate(bytes);
      taken.push(address);
      return address;
    };
    try {
      tape.schedule.inputs.forEach((buffer, i) => {
        if (buffer === undefined) return;
        const tensor = inputs[i]!;
        const resident = residentOf(tensor, memory)?.address;
        const address = resident ?? take(tensor.data.byteLength);
        if (resident === undefined) memory.write(tensor.dtype, address, tensor.data);
        tape.setBuffer(buffer, address);
      });
      const size = sizeOf(output.shape);
      const address = take(size * bytesOf(output.dtype));
      tape.setBuffer(bufferOf(tape.schedule), address);
      const arena = engine.enter(tape);
      try {
        tape.setBase(arena);
        tape.run();
        return engine.takeStatus() === 0 ? memory.read(output.dtype, address, size) : undefined;
      } finally {
        engine.leave(arena);
      }
    } finally {
      for (const address of taken) memory.heap.release(address);
    }
  }
}

function bufferOf({ outputs: [result] }: Schedule): number {
  return result !== undefined && "buffer" in result ? result.buffer : -1;
}

function specText({ dtype, shape }: ArraySpec): string {
  return `${dtype}[${shape.join()}]`;
}

/** Parameters as text, if they are plain data: numbers, texts, lists and objects of them. */
function textOf(params: unknown): string | undefined {
  if (params === undefined) return "";
  return isData(params) ? JSON.stringify(params, (_, x) => (typeof x === "number" ? String(x) : x)) : undefined;
}

function isData(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isData);
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isData);
}

/** At most one rounding per element, and no order of its own: the plain loop of the reference rule gives these bits. */
function isExact(step: Step): boolean {
  if (step.kind === "scatter") return true;
  if (step.kind !== "loop") return false;
  return step.stages.every(
    ({ body, reductions }) => reductions.length === 0 && body.instructions.filter(rounds).length <= 1,
  );
}

function rounds({ op, dtype }: Instruction): boolean {
  switch (op) {
    case "multiplyAdd":
    case "bits":
      return true; // an expansion
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "sqrt":
      return dtype === "f32" || dtype === "f64";
    default:
      return false;
  }
}

/** A program of one operation. */
function programOf(
  primitive: Primitive<unknown>,
  inputs: readonly ArraySpec[],
  params: unknown,
  output: ArraySpec,
): Program {
  const trace = new Trace({ eager: false });
  const arrays = inputs.map((spec) => trace.input(placeholder(spec as Content), spec));
  const result = trace.record(primitive, arrays, params, output, undefined);
  return { trace, inputs: trace.inputs, nodes: trace.nodes, outputs: [result] };
}

type TracedArray = Program["outputs"][number];

/** What programs need of an array: content, and the way to one around other content. */
function placeholder(content: Content): TracedArray {
  const array = { [CONTENT]: content, [SIBLING]: placeholder };
  return array as unknown as TracedArray; // lowering reads nothing else
}
