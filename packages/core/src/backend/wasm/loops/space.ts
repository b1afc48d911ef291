// Iteration spaces with as few axes as the accesses allow: most maps become one flat loop.
import type { Access, LoopKernel, Stage } from "../../../program/kernels/kernel.ts";

export interface Space {
  readonly outer: readonly number[];
  readonly inner: number;
  /** For every access: outer strides and the inner one. */
  readonly strides: readonly (readonly number[])[];
  /** Where each axis of the kernel is now; −1 for an axis of one position. */
  readonly axes: readonly number[];
}

/** One pass without reductions: the order of its elements does not matter, so the inner axis may merge with the outer ones. */
export function isMap({ stages }: LoopKernel): boolean {
  return stages.length === 1 && stages[0]!.over === "inner" && stages[0]!.reductions.length === 0;
}

export function spaceOf(kernel: LoopKernel): Space {
  const held = new Set(kernel.stages.flatMap(({ body }) => indexedAxes(body.instructions)));
  return collapse([...kernel.outer, kernel.inner], kernel.accesses, held, isMap(kernel));
}

export function indexedAxes(instructions: Stage["body"]["instructions"]): number[] {
  return instructions.flatMap((i) => (i.op === "index" ? [i.axis] : []));
}

/** Axes whose number a body asks for are kept apart; the last axis takes part only where `inner` says so. */
export function collapse(
  extents: readonly number[],
  accesses: readonly Pick<Access, "strides">[],
  held: ReadonlySet<number>,
  inner: boolean,
): Space {
  const last = extents.length - 1;
  const kept: { extent: number; axis: number; strides: number[]; members: number[] }[] = [];
  extents.forEach((extent, axis) => {
    const fixed = axis === last && !inner;
    if (extent === 1 && !fixed) return;
    const strides = accesses.map((access) => access.strides[axis]!);
    const before = kept.at(-1);
    const joins =
      before !== undefined &&
      !fixed &&
      !held.has(axis) &&
      !held.has(before.axis) &&
      strides.every((stride, a) => before.strides[a] === stride * extent);
    if (joins) {
      kept[kept.length - 1] = { extent: before.extent * extent, axis, strides, members: [...before.members, axis] };
    } else kept.push({ extent, axis, strides, members: [axis] });
  });
  if (kept.length === 0) kept.push({ extent: 1, axis: last, strides: accesses.map(() => 0), members: [last] });
  const axes = extents.map((_, axis) => kept.findIndex(({ members }) => members.includes(axis)));
  return {
    outer: kept.slice(0, -1).map(({ extent }) => extent),
    inner: kept.at(-1)!.extent,
    strides: accesses.map((_, a) => kept.map(({ strides }) => strides[a]!)),
    axes,
  };
}
