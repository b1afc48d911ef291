// Programs drawn at random. Exact ones stay with small integers: their results are exact in f64, so equal means equal. Smooth ones use
// functions, quotients and norms; small changes of their inputs stay small.
import fc from "fast-check";
import { type AnyArray, array, concat, type NDArray, where } from "../../src/index.ts";
import { erf, gelu, log1p, pad, scatterAdd, tril } from "../../src/ops/index.ts";
import { sizeOf } from "../../src/program/index.ts";

/** A function of arrays, with inputs for it. */
export interface RandomProgram {
  readonly inputs: readonly AnyArray[];
  readonly f: (...inputs: AnyArray[]) => AnyArray[];
  readonly text: string;
}

const EXTENTS = [0, 1, 2, 3, 5, 7, 8];
type Choice = (bound: number) => number;

/** Numbers stay small, so that sums and products of them are exact whatever their order. */
const small = (x: NDArray): NDArray => x.clip(-9, 9);

type Operation = readonly [name: string, (pool: NDArray[], pick: Choice) => NDArray | undefined];

/** Where numbers are, not what they are. */
const MOVES: readonly Operation[] = [
  ["transpose", ([x], pick) => x!.transpose(...shuffled(x!.ndim, pick))],
  ["flatten", ([x]) => x!.flatten()],
  ["split", ([x], pick) => split(x!, pick)],
  ["expand", ([x], pick) => x!.expandDims(pick(x!.ndim + 1))],
  ["broadcast", ([x], pick) => x!.expandDims(0).broadcastTo([EXTENTS[pick(4)]!, ...x!.shape])],
  ["slice", ([x], pick) => x!.at(...x!.shape.map((n) => range(n, pick)))],
  ["concat", ([x], pick) => (x!.ndim === 0 ? undefined : concat([x!, x!.neg()], pick(x!.ndim)))],
  [
    "pad",
    ([x], pick) =>
      pad(
        x!,
        x!.shape.map(() => [pick(2), pick(3)] as const),
        pick(2),
      ),
  ],
  ["tril", ([x], pick) => (x!.ndim < 2 ? undefined : tril(x!, pick(3) - 1))],
  ["take", ([x], pick) => (x!.ndim === 0 || x!.size === 0 ? undefined : picked(x!, pick))],
];

const EXACT: readonly Operation[] = [
  ...MOVES,
  ["neg", ([x]) => x!.neg()],
  ["abs", ([x]) => x!.abs()],
  ["square", ([x]) => small(x!.square())],
  ["relu", ([x]) => x!.relu()],
  ["sign", ([x]) => x!.sign()],
  ["scale", ([x], pick) => x!.mul([1, -1, 2, 0.5, -0.5][pick(5)]!)],
  ["shift", ([x], pick) => small(x!.add([0, -0, 1, -2][pick(4)]!))],
  ["halve", ([x]) => x!.div(4).mul(4)],
  ["cast", ([x], pick) => x!.astype((["i32", "bool", "f32"] as const)[pick(3)]!).astype("f64")],
  ["add", ([x, y]) => binary(x!, y!, (a, b) => small(a.add(b)))],
  ["sub", ([x, y]) => binary(x!, y!, (a, b) => small(a.sub(b)))],
  ["mul", ([x, y]) => binary(x!, y!, (a, b) => small(a.mul(b)))],
  ["maximum", ([x, y]) => binary(x!, y!, (a, b) => a.maximum(b))],
  ["where", ([x, y]) => binary(x!, y!, (a, b) => where(a.greater(b), a.neg(), b))],
  ["sum", ([x], pick) => small(x!.sum(axesOf(x!, pick)))],
  ["mean", ([x], pick) => centered(x!, pick)],
  ["max", ([x], pick) => (x!.size === 0 ? undefined : x!.max(axesOf(x!, pick)))],
  ["scatterAdd", ([x], pick) => (x!.ndim === 0 || x!.size === 0 ? undefined : scattered(x!, pick))],
  ["matmul", ([x, y]) => product(x!, y!)],
];

const SMOOTH: readonly Operation[] = [
  ...MOVES,
  ["neg", ([x]) => x!.neg()],
  ["exp", ([x]) => x!.clip(-3, 1).exp()],
  ["tanh", ([x]) => x!.tanh()],
  ["sigmoid", ([x]) => x!.sigmoid()],
  ["log1p", ([x]) => log1p(x!.square())],
  ["root", ([x]) => x!.square().add(1).sqrt()],
  ["sin", ([x]) => x!.sin()],
  ["erf", ([x]) => erf(x!)],
  ["gelu", ([x]) => gelu(x!)],
  ["add", ([x, y]) => binary(x!, y!, (a, b) => small(a.add(b)))],
  ["mul", ([x, y]) => binary(x!, y!, (a, b) => small(a.mul(b)))],
  ["div", ([x, y]) => binary(x!, y!, (a, b) => a.div(b.square().add(1)))],
  ["mean", ([x], pick) => (x!.size === 0 ? undefined : x!.mean(axesOf(x!, pick)))],
  ["sum", ([x], pick) => x!.sum(axesOf(x!, pick)).tanh()],
  ["softmax", ([x], pick) => alongAxis(x!, pick, (axis) => x!.softmax(axis))],
  ["logSumExp", ([x], pick) => alongAxis(x!, pick, (axis) => small(x!.logSumExp(axis)))],
  ["standardize", ([x], pick) => alongAxis(x!, pick, (axis) => standardized(x!, axis))],
  ["matmul", ([x, y]) => product(x!, y!)],
];

function binary(x: NDArray, y: NDArray, f: (a: NDArray, b: NDArray) => NDArray): NDArray | undefined {
  return broadcasts(x.shape, y.shape) ? f(x, y) : undefined;
}

function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  for (let axis = 1; axis <= Math.min(a.length, b.length); axis++) {
    const [p, q] = [a.at(-axis)!, b.at(-axis)!];
    if (p !== q && p !== 1 && q !== 1) return false;
  }
  return true;
}

function axesOf(x: NDArray, pick: Choice): number[] {
  return x.shape.flatMap((_, axis) => (pick(2) === 0 ? [axis] : []));
}

/** x − max x of each row, by a chain that a row kernel computes. */
function centered(x: NDArray, pick: Choice): NDArray | undefined {
  if (x.ndim === 0 || x.size === 0) return undefined;
  const axis = pick(x.ndim);
  return small(x.sub(x.max(axis).mul(2).expandDims(axis)));
}

function alongAxis(x: NDArray, pick: Choice, f: (axis: number) => NDArray): NDArray | undefined {
  return x.ndim === 0 || x.size === 0 ? undefined : f(pick(x.ndim));
}

/** Rows with mean 0 and spread 1, as in layer norms. */
function standardized(x: NDArray, axis: number): NDArray {
  const centered = x.sub(x.mean(axis).expandDims(axis));
  return centered.div(centered.square().mean(axis).add(0.1).sqrt().expandDims(axis));
}

function shuffled(rank: number, pick: Choice): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  for (let i = rank - 1; i > 0; i--) {
    const j = pick(i + 1);
    [axes[i], axes[j]] = [axes[j]!, axes[i]!];
  }
  return axes;
}

function split(x: NDArray, pick: Choice): NDArray {
  const divisors = [1, 2, 3, 5, 7].filter((d) => x.size % d === 0 && x.size > 0);
  return x.size === 0 ? x.flatten() : x.reshape(divisors[pick(divisors.length)]!, -1);
}

function range(extent: number, pick: Choice): readonly [number, number] | ":" {
  if (pick(3) === 0) return ":";
  const start = pick(extent + 1);
  return [start, start + pick(extent - start + 1)];
}

function positions(extent: number, pick: Choice): NDArray<"int"> {
  const ids = Array.from({ length: 1 + pick(4) }, () => pick(2 * extent) - extent);
  return array(ids, { dtype: "i32" });
}

function picked(x: NDArray, pick: Choice): NDArray {
  const axis = pick(x.ndim);
  return x.take(positions(x.shape[axis]!, pick), axis);
}

function scattered(x: NDArray, pick: Choice): NDArray {
  const ids = positions(x.shape[0]!, pick);
  return small(scatterAdd(x, ids, x.take(ids).neg()));
}

function product(x: NDArray, y: NDArray): NDArray | undefined {
  if (x.ndim < 2 || y.ndim < 2) return undefined;
  const right = x.shape.at(-1) === y.shape.at(-2) ? y : y.transpose(...swapped(y.ndim));
  if (x.shape.at(-1) !== right.shape.at(-2)) return undefined;
  return broadcasts(x.shape.slice(0, -2), right.shape.slice(0, -2)) ? small(x.matmul(right)) : undefined;
}

function swapped(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2];
}

/** Programs of up to `length` exact operations on up to three inputs; several of their values are results. */
export function exactPrograms(length: number): fc.Arbitrary<RandomProgram> {
  return programs(EXACT, length);
}

/** Programs of functions, quotients, norms and products. */
export function smoothPrograms(length: number): fc.Arbitrary<RandomProgram> {
  return programs(SMOOTH, length);
}

function programs(operations: readonly Operation[], length: number): fc.Arbitrary<RandomProgram> {
  const inputs = fc.array(fc.array(fc.constantFrom(...EXTENTS), { maxLength: 3 }), { minLength: 1, maxLength: 3 });
  return fc
    .record({ inputs, seed: fc.nat({ max: 1 << 20 }), count: fc.integer({ min: 1, max: length }) })
    .map((drawn) => programOf(operations, drawn.inputs, drawn.seed, drawn.count));
}

function programOf(
  operations: readonly Operation[],
  shapes: readonly (readonly number[])[],
  seed: number,
  count: number,
): RandomProgram {
  const inputs = shapes.map((shape, i) => {
    const pick = choices(seed + i);
    return array(Float64Array.from({ length: sizeOf(shape) }, () => pick(7) - 3)).reshape(...shape);
  });
  const f = (...given: AnyArray[]): AnyArray[] => {
    const pick = choices(seed);
    const pool = [...(given as NDArray[])];
    for (let i = 0; i < count; i++) {
      const [, operation] = operations[pick(operations.length)]!;
      const operands = [pool[pool.length - 1 - Math.min(pool.length - 1, pick(3))]!, pool[pick(pool.length)]!];
      const result = operation(operands, pick);
      if (result === undefined || result.size > 4000) continue;
      pool.push(result);
    }
    return [pool.at(-1)!, pool[pick(pool.length)]!, pool[pick(pool.length)]!];
  };
  return { inputs, f, text: `${JSON.stringify(shapes)} seed ${seed} count ${count}` };
}

/** Numbers below a bound, the same for the same seed. */
function choices(seed: number): Choice {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
