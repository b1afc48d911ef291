// Views: which element of a source stands at each position of a row-major domain. Pure index arithmetic.
import { type Shape, sizeOf, stridesOf } from "../shape.ts";

/** offset + Σ indexᵢ·strideᵢ over the extents, whose product is the size of the domain. No extent is 1. */
export class View {
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  #key: string | undefined;

  constructor(extents: readonly number[], strides: readonly number[], offset: number) {
    this.extents = extents;
    this.strides = strides;
    this.offset = offset;
  }

  /** Equal for equal views. */
  get key(): string {
    this.#key ??= `${this.extents.join("x")}@${this.strides.join(",")}+${this.offset}`;
    return this.#key;
  }
}

/** The same view with as few axes as can be: axes of length 1 go away, neighbors that run on are merged. */
export function canonical(extents: readonly number[], strides: readonly number[], offset: number): View {
  const outExtents: number[] = [];
  const outStrides: number[] = [];
  for (const [axis, extent] of extents.entries()) {
    if (extent === 1) continue;
    const stride = strides[axis]!;
    const last = outExtents.length - 1;
    if (last >= 0 && outStrides[last] === stride * extent) {
      outExtents[last] = outExtents[last]! * extent;
      outStrides[last] = stride;
    } else {
      outExtents.push(extent);
      outStrides.push(stride);
    }
  }
  return new View(outExtents, outStrides, offset);
}

/** Whether position i is element i, for all elements of a source of this size. */
export function isIdentity({ extents, strides, offset }: View, size: number): boolean {
  if (offset !== 0) return false;
  return size === 1 ? extents.length === 0 : extents.length === 1 && extents[0] === size && strides[0] === 1;
}

/**
 * The view that reads through another: position → `outer` → a position of the domain of `inner` → element of its source.
 * `undefined` where no strides say that.
 */
export function compose(inner: View, outer: View): View | undefined {
  const { extents } = inner;
  const size = sizeOf(extents);
  if (isIdentity(inner, size)) return outer;
  if (isIdentity(outer, size)) return inner;
  const steps = stridesOf(extents);
  const free = extents.map((extent) => extent - 1); // how far each digit may still move
  let offset = inner.offset;
  for (const [axis, step] of steps.entries()) {
    const digit = Math.floor(outer.offset / step) % extents[axis]!;
    free[axis] = free[axis]! - digit;
    offset += digit * inner.strides[axis]!;
  }
  const outExtents: number[] = [];
  const outStrides: number[] = [];
  for (const [axis, extent] of outer.extents.entries()) {
    const pieces = split(extent, outer.strides[axis]!, steps, free, extents);
    if (pieces === undefined) return undefined;
    for (const { length, digits } of pieces) {
      outExtents.push(length);
      let stride = 0;
      for (const [a, digit] of digits.entries()) stride += digit * inner.strides[a]!;
      outStrides.push(stride);
    }
  }
  return canonical(outExtents, outStrides, offset);
}

/** A step of the domain, repeated, as moves of its digits that never carry; long runs are split where a digit is full. */
function split(
  extent: number,
  step: number,
  steps: readonly number[],
  free: number[],
  extents: readonly number[],
): { length: number; digits: readonly number[] }[] | undefined {
  const digits = steps.map((s, a) => (s === 0 ? 0 : Math.floor(step / s) % extents[a]!));
  const fits = digits.every((digit, a) => digit * (extent - 1) <= free[a]!);
  if (fits) {
    for (const [a, digit] of digits.entries()) free[a] = free[a]! - digit * (extent - 1);
    return [{ length: extent, digits }];
  }
  const moving = digits.flatMap((digit, a) => (digit === 0 ? [] : [a]));
  const [axis] = moving;
  if (moving.length !== 1 || axis === undefined || axis === 0) return undefined;
  const length = extents[axis]! / digits[axis]!; // rounds until the digit is full
  if (!Number.isInteger(length) || length < 2 || extent % length !== 0) return undefined;
  if (digits[axis]! * (length - 1) > free[axis]!) return undefined;
  free[axis] = free[axis]! - digits[axis]! * (length - 1);
  const outer = split(extent / length, step * length, steps, free, extents);
  return outer === undefined ? undefined : [...outer, { length, digits }];
}

/** Strides under another shape; `undefined` where a new axis would run over a gap. As reshape without copy in NumPy. */
export function reshapeStrides(shape: Shape, strides: readonly number[], target: Shape): number[] | undefined {
  if (sizeOf(shape) === 0) return stridesOf(target);
  const view = canonical(shape, strides, 0);
  const result = new Array<number>(target.length).fill(0);
  let axis = view.extents.length - 1;
  let left = axis >= 0 ? view.extents[axis]! : 1;
  let stride = axis >= 0 ? view.strides[axis]! : 0;
  for (let to = target.length - 1; to >= 0; to--) {
    const extent = target[to]!;
    if (extent === 1) continue;
    if (left === 1) {
      axis--;
      left = view.extents[axis]!;
      stride = view.strides[axis]!;
    }
    if (left % extent !== 0) return undefined;
    result[to] = stride;
    left /= extent;
    stride *= extent;
  }
  return result;
}
