// What Muon sees of a leaf: matrices. Which axes are inputs and outputs is said, never guessed from the numbers.
import type { NDArray } from "../array/index.ts";
import { vmap } from "../autodiff/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import type { LeafPlace } from "./tree-rule.ts";

/** What an axis of a leaf is: an input, an output, or the number of a matrix in a stack of independent ones. */
export type AxisRole = "in" | "out" | "stack";

export interface MatrixView {
  /** Size of one matrix. */
  readonly inputs: number;
  readonly outputs: number;
  /** `f` of each matrix, in the shape of the leaf. */
  map(x: NDArray, f: (matrix: NDArray) => NDArray): NDArray;
}

/**
 * A leaf as matrices: axes of one role are joined, stacks and the `parts` of the outputs are taken one by one.
 *
 * @throws ShapeError for a rank that the roles do not describe, naming the leaf.
 * @throws OptionError when a role is missing, or the outputs do not split into `parts`.
 */
export function matrixView(
  owner: string,
  { param, path }: Pick<LeafPlace, "param" | "path">,
  roles: readonly AxisRole[],
  parts: number,
): MatrixView {
  const { shape } = param;
  const name = path === "" ? "the parameter" : `"${path}"`;
  if (roles.length !== shape.length) {
    throw new ShapeError(
      `${owner}: ${name} has shape ${formatShape(shape)}, which is no matrix. Route other leaves elsewhere with partition or byRole, or say with \`axes\` which axes are "in", "out" or "stack".`,
      { code: "not-a-matrix", operation: owner, shapes: [shape], path },
    );
  }
  const fail = (option: string, problem: string) =>
    new OptionError(`${owner}: ${problem}`, { code: "invalid-option", option });
  if (!roles.includes("in") || !roles.includes("out")) {
    throw fail("axes", `axes of ${name} are [${roles.join(", ")}]; at least one must be "in" and one "out".`);
  }
  const axesOf = (role: AxisRole): number[] => roles.flatMap((r, axis) => (r === role ? [axis] : []));
  const sizeOf = (axes: readonly number[]): number => axes.reduce((size, axis) => size * shape[axis]!, 1);
  const [stack, ins, outs] = [axesOf("stack"), axesOf("in"), axesOf("out")];
  const [inputs, all, depth] = [sizeOf(ins), sizeOf(outs), sizeOf(stack)];
  if (!Number.isInteger(parts) || parts < 1 || all % parts !== 0) {
    throw fail("parts", `parts of ${name} must divide its ${all} outputs, got ${parts}.`);
  }
  const outputs = all / parts;
  if (shape.length === 2 && parts === 1) return { inputs, outputs, map: (x, f) => f(x) }; // f of a transpose is the transpose

  const order = [...stack, ...ins, ...outs];
  const back = order.map((_, axis) => order.indexOf(axis));
  const permuted = order.map((axis) => shape[axis]!);
  return {
    inputs,
    outputs,
    map(x, f) {
      const split = x.transpose(...order).reshape(depth, inputs, parts, outputs);
      const matrices = split.transpose(0, 2, 1, 3).reshape(depth * parts, inputs, outputs);
      const mapped = vmap(f)(matrices).reshape(depth, parts, inputs, outputs);
      return mapped
        .transpose(0, 2, 1, 3)
        .reshape(...permuted)
        .transpose(...back);
    },
  };
}
