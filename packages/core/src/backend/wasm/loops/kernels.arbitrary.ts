// Random kernels for tests, which bring fast-check: bodies over all widths, strides 0, negative and odd, sizes around those of vectors and tiles.
import type fc from "fast-check";
import type { DType, TypedArray } from "../../../program/dtype.ts";
import { Body, type Value } from "../../../program/kernels/body.ts";
import type { Access, Combine, LoopKernel, Stage } from "../../../program/kernels/kernel.ts";

export interface Sample<K> {
  readonly kernel: K;
  readonly buffers: readonly TypedArray[];
}

const WIDTHS: readonly DType[] = ["f32", "f64", "i32", "bool"];
const EXTENTS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 33, 64, 67];
export function arrayOf(dtype: DType, size: number, values: readonly number[]): TypedArray {
  const data = emptyArray(dtype, size);
  for (let i = 0; i < size; i++) {
    const v = values[(i * 7 + (i >> 4)) % values.length]! * (i % 5 === 4 ? 1.25 : 1);
    data[i] = dtype === "bool" ? Number(v > 0) : dtype === "i32" ? Math.trunc(Number.isFinite(v) ? v * 1e3 : -7) : v;
  }
  return data;
}

export function emptyArray(dtype: DType, size: number): TypedArray {
  const types = { f32: Float32Array, f64: Float64Array, i32: Int32Array, bool: Uint8Array };
  return new types[dtype](size);
}

/** How one array lies along the axes: contiguous, some axes repeated, transposed, reversed or with gaps. */
interface Layout {
  readonly order: "rows" | "columns";
  readonly still: readonly boolean[];
  readonly reversed: readonly boolean[];
  readonly gap: number;
}
export function place(
  buffer: number,
  dtype: DType,
  extents: readonly number[],
  { order, still, reversed, gap }: Layout,
  stored: boolean,
): { access: Access; size: number } {
  const strides = extents.map(() => 0);
  const axes = extents.map((_, axis) => axis);
  if (order === "rows") axes.reverse();
  let step = gap;
  let offset = 3;
  for (const axis of axes) {
    if (!stored && still[axis] === true) continue;
    const size = extents[axis]!;
    strides[axis] = reversed[axis] === true ? -step : step;
    if (reversed[axis] === true) offset += step * Math.max(0, size - 1);
    step *= Math.max(1, size);
  }
  return { access: { buffer, dtype, offset, strides }, size: step + 5 };
}

/** Grows a body by random instructions that keep their types; returns values by width. */
export function grow(
  body: Body,
  starts: readonly Value[],
  choices: readonly (readonly number[])[],
  constants: readonly number[],
): Value[] {
  const values = [...starts];
  const pick = (n: number, fits: (v: Value) => boolean): Value | undefined => {
    const fitting = values.filter(fits);
    return fitting.length === 0 ? undefined : fitting[n % fitting.length];
  };
  choices.forEach(([kind = 0, a = 0, b = 0, c = 0], i) => {
    const x = pick(a, () => true)!;
    const same = (v: Value): boolean => v.dtype === x.dtype;
    const float = x.dtype === "f32" || x.dtype === "f64";
    const constant = () =>
      body.constant(
        x.dtype === "i32"
          ? Math.trunc(constants[i % constants.length]! % 100) || 0
          : x.dtype === "bool"
            ? b & 1
            : constants[i % constants.length]!,
        x.dtype,
      );
    const y = b % 3 === 0 ? constant() : pick(b, same)!;
    const z = pick(c, same)!;
    const condition = pick(c, (v) => v.dtype === "bool");
    switch (kind % 9) {
      case 0:
        if (x.dtype !== "bool") values.push(body.binary((["add", "sub", "mul"] as const)[c % 3]!, x, y));
        else values.push(body.binary((["and", "or", "xor"] as const)[c % 3]!, x, y));
        return;
      case 1:
        values.push(body.binary(c % 2 === 0 ? "minimum" : "maximum", x, y));
        return;
      case 2: {
        const ops = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const;
        values.push(body.compare(ops[c % 6]!, x, y));
        return;
      }
      case 3:
        if (condition !== undefined) values.push(body.select(condition, x, y));
        else
          values.push(
            body.select(
              body.compare(c % 2 === 0 ? "less" : "greater", x, y),
              ...(c % 4 < 2 ? ([x, y] as const) : ([y, x] as const)),
            ),
          );
        return;
      case 4:
        values.push(body.convert(x, WIDTHS[c % 4]!));
        return;
      case 5:
        if (float) {
          const ops = ["neg", "abs", "sqrt", "floor", "ceil", "trunc", "nearest"] as const;
          values.push(body.unary(ops[c % 7]!, x));
        } else if (x.dtype === "i32") values.push(body.unary((["neg", "abs", "not"] as const)[c % 3]!, x));
        else values.push(body.unary("not", x));
        return;
      case 6:
        if (float) values.push(c % 2 === 0 ? body.binary("div", x, y) : body.multiplyAdd(x, y, z));
        return;
      case 7:
        if (x.dtype === "i32") {
          const ops = ["shl", "shr", "ushr"] as const;
          values.push(body.binary(ops[c % 3]!, x, body.constant(b % 31, "i32")));
        } else if (x.dtype === "f32")
          values.push(body.bits(body.add(body.bits(canonical(body, x), "i32"), body.constant(b, "i32")), "f32"));
        else if (x.dtype === "f64") {
          const wide = body.bits(canonical(body, x), "i64");
          const other = body.binary("shr", wide, body.constant(BigInt(b % 60), "i64"));
          const mixed = body.binary((["add", "sub", "xor", "mul", "and"] as const)[c % 5]!, wide, other);
          values.push(body.convert(mixed, "i32"));
        }
        return;
      default:
        if (float) values.push(body.select(body.compare("less", x, y), x, body.constant(0, x.dtype)));
    }
  });
  return values;
}

/** 1 for NaN, whose bits are up to the machine. */
function canonical(body: Body, x: Value): Value {
  return body.select(body.compare("equal", x, x), x, body.constant(1, x.dtype));
}

const COMBINES: readonly Combine[] = ["sum", "product", "maximum", "minimum"];
export interface Arbitraries {
  readonly extent: fc.Arbitrary<number>;
  readonly number: fc.Arbitrary<number>;
  readonly layout: fc.Arbitrary<Layout>;
  readonly choices: fc.Arbitrary<number[][]>;
  /** Maps and row kernels: inputs, outputs of several widths, up to three stages. */
  readonly loopKernels: fc.Arbitrary<Sample<LoopKernel>>;
}

export function arbitrariesOf(check: typeof fc): Arbitraries {
  const extent: fc.Arbitrary<number> = check.constantFrom(...EXTENTS);

  const number: fc.Arbitrary<number> = check.oneof(
    { weight: 4, arbitrary: check.double({ min: -10, max: 10, noNaN: true }) },
    {
      weight: 1,
      arbitrary: check.constantFrom(0, -0, 1, -1, 0.5, Number.NaN, Infinity, -Infinity, 1e-40, -3e-320, 3e38, 1e300),
    },
  );

  const layout: fc.Arbitrary<Layout> = check.oneof(
    { weight: 2, arbitrary: check.constant({ order: "rows" as const, still: [], reversed: [], gap: 1 }) },
    {
      weight: 3,
      arbitrary: check.record({
        order: check.constantFrom("rows" as const, "columns" as const),
        still: check.array(check.boolean(), { maxLength: 4 }),
        reversed: check.array(check.boolean(), { maxLength: 4 }),
        gap: check.constantFrom(1, 1, 1, 2, 3),
      }),
    },
  );

  const choices: fc.Arbitrary<number[][]> = check.array(check.array(check.nat(60), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 12,
  });

  /** Maps and row kernels: inputs, outputs of several widths, up to three stages. */
  const loopKernels: fc.Arbitrary<Sample<LoopKernel>> = check
    .record({
      outer: check.array(check.constantFrom(1, 2, 3, 5), { maxLength: 3 }),
      inner: check.oneof(
        { weight: 8, arbitrary: extent },
        { weight: 1, arbitrary: check.constantFrom(4096, 4099, 8300, 12_500) },
      ),
      inputs: check.array(check.tuple(check.constantFrom(...WIDTHS), layout), { minLength: 1, maxLength: 3 }),
      outputs: check.array(layout, { minLength: 1, maxLength: 2 }),
      choices: check.array(choices, { minLength: 3, maxLength: 3 }),
      numbers: check.array(number, { minLength: 11, maxLength: 23 }),
      reductions: check.array(check.tuple(check.nat(), check.nat(3)), { maxLength: 3 }),
      stages: check.integer({ min: 1, max: 3 }),
      indexed: check.option(check.nat(3), { nil: undefined }),
    })
    .map((plan) => build(plan.inner > 100 ? { ...plan, outer: plan.outer.slice(0, 1) } : plan));
  return { extent, number, layout, choices, loopKernels };
}

interface Recipe {
  readonly outer: readonly number[];
  readonly inner: number;
  readonly inputs: readonly (readonly [DType, Layout])[];
  readonly outputs: readonly Layout[];
  readonly choices: readonly (readonly (readonly number[])[])[];
  readonly numbers: readonly number[];
  readonly reductions: readonly (readonly [number, number])[];
  readonly stages: number;
  readonly indexed: number | undefined;
}

function build(recipe: Recipe): Sample<LoopKernel> {
  const { outer, inner, inputs, numbers } = recipe;
  const extents = [...outer, inner];
  const accesses: Access[] = [];
  const buffers: TypedArray[] = [];
  const put = (dtype: DType, at: readonly number[], how: Layout, stored: boolean): number => {
    const { access, size } = place(buffers.length, dtype, at, how, stored);
    buffers.push(stored ? emptyArray(dtype, size) : arrayOf(dtype, size, numbers));
    return accesses.push(access) - 1;
  };
  const loads = inputs.map(([dtype, how]) => ({ dtype, access: put(dtype, extents, how, false) }));
  const slots: DType[] = [];
  const stages: Stage[] = [];
  const start = (body: Body): Value[] => [
    ...loads.map(({ dtype, access }) => body.load(access, dtype)),
    ...slots.map((dtype, slot) => body.slot(slot, dtype)),
    ...(recipe.indexed === undefined ? [] : [body.index(recipe.indexed % extents.length)]),
  ];
  for (let s = 0; s < recipe.stages; s++) {
    const body = new Body();
    const values = grow(body, start(body), recipe.choices[s]!, numbers);
    const last = s === recipe.stages - 1;
    const stored = values.filter((v) => v.dtype !== "i64").slice(-2);
    const reductions = (last && recipe.stages > 1 ? [] : recipe.reductions).map(([n, how]) => {
      const value = values[n % values.length]!;
      const dtype = value.dtype as DType;
      const combine = COMBINES[dtype === "bool" ? 2 + (how % 2) : how]!;
      return { value: value.id, combine, slot: slots.push(dtype) - 1 };
    });
    stages.push({
      over: "inner",
      body,
      reductions,
      results: [],
      stores: last
        ? recipe.outputs.map((how, o) => {
            const value = stored[o % stored.length]!;
            return { value: value.id, access: put(value.dtype as DType, extents, how, true) };
          })
        : [],
    });
    if (reductions.length > 0) stages.push(onceStage(recipe, s, slots, outer, put));
  }
  return { kernel: { kind: "loop", outer, inner, accesses, slots, stages }, buffers };
}

/** Numbers of the row: one more slot, and one stored. */
function onceStage(
  { choices, numbers }: Recipe,
  s: number,
  slots: DType[],
  outer: readonly number[],
  put: (dtype: DType, at: readonly number[], how: Layout, stored: boolean) => number,
): Stage {
  const body = new Body();
  const values = grow(
    body,
    slots.map((dtype, slot) => body.slot(slot, dtype)),
    choices[(s + 1) % 3]!.slice(0, 4),
    numbers,
  );
  const value = values.at(-1)!;
  const dtype = value.dtype as DType;
  const results = [{ value: value.id, slot: slots.push(dtype) - 1 }];
  const access = put(dtype, [...outer, 1], { order: "rows", still: [], reversed: [], gap: 1 }, true);
  return { over: "row", body, reductions: [], results, stores: [{ value: value.id, access }] };
}
