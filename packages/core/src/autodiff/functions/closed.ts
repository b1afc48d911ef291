// Functions as data: traced once, with everything that they captured from outer traces turned into inputs.
import type { AnyArray, NDArray } from "../../array/index.ts";
import {
  type ArraySpec,
  type Builder,
  contentOf,
  isTraced,
  kindOf,
  type Operand,
  type Program,
  runProgram,
  Trace,
  traceProgram,
} from "../../program/index.ts";
import { pushForward, transposeProgram } from "../linearize.ts";

export type Flat = (inputs: readonly AnyArray[]) => readonly AnyArray[];

/** A traced function whose captured arrays are further inputs. */
export interface Closed {
  readonly program: Program;
  /** Arrays of outer traces that the function uses; callers pass what stands for them. */
  readonly captured: readonly AnyArray[];
  readonly outputs: readonly ArraySpec[];
}

/** Traces `f` on inputs like these (or of these specs), by shapes alone. */
export function close(f: Flat, likes: readonly AnyArray[], specs?: readonly ArraySpec[]): Closed {
  const program = traceProgram(f, likes, specs === undefined ? { eager: false } : { eager: false, specs });
  const captured = new Set<AnyArray>();
  const visit = (x: AnyArray): void => {
    const content = contentOf(x);
    if (isTraced(content) && content.trace !== program.trace) captured.add(x);
  };
  for (const node of program.nodes) node.inputs.forEach(visit);
  program.outputs.forEach(visit);
  return { program, captured: [...captured], outputs: program.outputs.map(specOf) };
}

/** A closed function in a program that is lowered. */
export function inlineClosed(
  build: Builder,
  { program, captured: keys }: Closed,
  inputs: readonly Operand[],
  captured: readonly Operand[],
): readonly Operand[] {
  return build.inline(program, inputs, new Map(keys.map((key, i) => [key, captured[i]!])));
}

export function specOf(x: AnyArray): ArraySpec {
  const { shape, dtype, weak } = contentOf(x);
  return { shape, dtype, weak };
}

/** Runs a closed function; `captured` stands for what it captured. */
export function call(
  { program, captured: keys }: Closed,
  inputs: readonly AnyArray[],
  captured: readonly AnyArray[],
): readonly AnyArray[] {
  return runProgram(program, inputs, new Map(keys.map((key, i) => [key, captured[i]!])));
}

/** Tangents of the outputs of `f` at `primals`; zeros where they are undefined, also for integers. */
export function tangentsOf(
  f: Flat,
  primals: readonly AnyArray[],
  tangents: readonly (NDArray | undefined)[],
): NDArray[] {
  const program = traceProgram(f, primals, { eager: true });
  return pushForward(program, tangents).map(
    (t, i) => t ?? (program.trace.lower(program.outputs[i]!) as NDArray).zerosLike(),
  );
}

/**
 * Adjoints of the linear inputs of a function that is linear in some of its inputs: `constants[i]` is undefined for those,
 * `specs` says what they look like. Zeros where no adjoint arrives.
 */
export function transposeOf(
  f: Flat,
  constants: readonly (AnyArray | undefined)[],
  specs: readonly ArraySpec[],
  adjoints: readonly NDArray[],
): NDArray[] {
  const linear = new Trace({ eager: false });
  const like = adjoints[0]!;
  try {
    const inputs = constants.map((x, i) => x ?? linear.input(like, specs[i]!));
    const outputs = f(inputs);
    const floats = adjoints.map((adjoint, i) => (kindOf(outputs[i]!.dtype) === "float" ? adjoint : undefined));
    const program = { trace: linear, inputs: linear.inputs, nodes: linear.nodes, outputs };
    linear.close();
    const open = constants.flatMap((x, i) => (x === undefined ? [i] : []));
    return transposeProgram(program, floats).map((adjoint, k) => adjoint ?? zerosOf(like, specs[open[k]!]!));
  } finally {
    linear.close();
  }
}

/** Zeros of a shape and width, from an array that knows how to make its siblings. */
export function zerosOf(like: NDArray, { shape, dtype }: ArraySpec): NDArray {
  return like.flatten().sum().zerosLike().astype(dtype).broadcastTo(shape) as NDArray; // a float width
}
