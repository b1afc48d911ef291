// Matrix products. Transposition is a flag, never a copy.
import type { NDArray } from "../array/types.ts";
import { formatShape, ShapeError } from "../errors/index.ts";
import {
  apply,
  broadcastShapes,
  contentOf,
  type Operand,
  type Primitive,
  promote,
  sizeOf,
  type TypedArray,
} from "../program/index.ts";
import { stackedInputs } from "./batching.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { type Op, op } from "./card.ts";
import { cast } from "./cast.ts";
import { reshape } from "./reshape.ts";

interface Transposed {
  readonly left: boolean;
  readonly right: boolean;
}

/** Both operands have rank ≥ 2, equal leading axes and one width. */
const matmulPrimitive: Primitive<Transposed> = {
  name: "matmul",
  infer([a, b], params) {
    const lead = a!.shape.slice(0, -2);
    const rows = a!.shape.at(params.left ? -1 : -2)!;
    const columns = b!.shape.at(params.right ? -2 : -1)!;
    return { shape: [...lead, rows, columns], dtype: a!.dtype, weak: false };
  },
  evaluate([a, b], output, params) {
    const [rows, columns] = output.shape.slice(-2) as [number, number];
    const inner = a!.shape.at(params.left ? -2 : -1)!;
    const batch = sizeOf(output.shape.slice(0, -2));
    const sums = new Float64Array(rows * columns);
    for (let i = 0; i < batch; i++) {
      sums.fill(0);
      product(sums, a!.data, i * rows * inner, b!.data, i * inner * columns, rows, inner, columns, params);
      output.data.set(sums, i * rows * columns);
    }
  },
  jvp({ inputs: [a, b], tangents: [da, db], params }) {
    const first = da === undefined ? undefined : multiply(da, b!, params);
    if (db === undefined) return first;
    const second = multiply(a!, db, params);
    return first === undefined ? second : first.add(second);
  },
  // C = A·B: Ā = C̄·Bᵀ, B̄ = Aᵀ·C̄, with flags instead of copies for every combination.
  transpose({ adjoint, inputs: [a, b], params: { left, right } }) {
    if (a === undefined) {
      return [
        left
          ? multiply(b!, adjoint, { left: right, right: true })
          : multiply(adjoint, b!, { left: false, right: !right }),
        undefined,
      ];
    }
    return [
      undefined,
      right ? multiply(adjoint, a, { left: true, right: left }) : multiply(a, adjoint, { left: !left, right: false }),
    ];
  },
  batch: (context) => apply(matmulPrimitive, stackedInputs(context), context.params) as NDArray,
  lower(build, [a, b], { left, right }) {
    if (a!.dtype !== "f32" && a!.dtype !== "f64") return undefined; // integers
    const turned = (x: Operand, turn: boolean): Operand => {
      const rank = x.shape.length;
      const lead = Array.from({ length: rank - 2 }, (_, axis) => axis);
      return turn ? build.transpose(x, [...lead, rank - 1, rank - 2]) : x;
    };
    return build.matmul(turned(a!, left), turned(b!, right));
  },
  formula: ([a, b], { left, right }) => `${a}${left ? "ᵀ" : ""}·${b}${right ? "ᵀ" : ""}`,
};

/** sums += A·B with k ascending for every element; the loop order keeps the inner index contiguous where it can be. */
function product(
  sums: Float64Array,
  a: TypedArray,
  aStart: number,
  b: TypedArray,
  bStart: number,
  rows: number,
  inner: number,
  columns: number,
  { left, right }: Transposed,
): void {
  const aRow = left ? 1 : inner;
  const aInner = left ? rows : 1;
  if (right) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a[aStart + i * aRow + k * aInner]! * b[bStart + j * inner + k]!;
        sums[i * columns + j] = sum;
      }
    }
    return;
  }
  if (columns === 1 && !left) {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[aStart + i * inner + k]! * b[bStart + k]!;
      sums[i] = sum;
    }
    return;
  }
  // AᵀB reads A row by row when k is the outer loop; A·B keeps one row of sums in reach when i is.
  const [outer, middle] = left ? [inner, rows] : [rows, inner];
  for (let p = 0; p < outer; p++) {
    for (let q = 0; q < middle; q++) {
      const [i, k] = left ? [q, p] : [p, q];
      const factor = a[aStart + i * aRow + k * aInner]!;
      const to = i * columns;
      const from = bStart + k * columns;
      for (let j = 0; j < columns; j++) sums[to + j] = sums[to + j]! + factor * b[from + j]!;
    }
  }
}

/** The product with its flags, for two matrices of one width. */
export function multiply(a: NDArray, b: NDArray, params: Transposed): NDArray {
  return apply(matmulPrimitive, [a, b], params) as NDArray;
}

/**
 * Matrix product "… n k" × "… k m" → "… n m", leading axes broadcast; a vector on the left is a row, on the right a column,
 * and its axis is dropped from the result, as in NumPy.
 * @throws ShapeError when the inner sizes differ, or one side is a scalar.
 */
export const matmul: Op<(x: NDArray, y: NDArray) => NDArray> = op(
  {
    name: "matmul",
    derivative: "both modes",
    samples: [
      sample("[2, 3] × [3, 2]", [2, 3], [3, 2], (x, y) =>
        [0, 1].flatMap((i) => [0, 1].map((j) => [0, 1, 2].reduce((sum, k) => sum + x[i * 3 + k]! * y[k * 2 + j]!, 0))),
      ),
      sample("[2, 3] × [3]", [2, 3], [3], (x, y) =>
        [0, 1].map((i) => [0, 1, 2].reduce((sum, k) => sum + x[i * 3 + k]! * y[k]!, 0)),
      ),
      sample("[2] × [2, 3]", [2], [2, 3], (x, y) => [0, 1, 2].map((j) => x[0]! * y[j]! + x[1]! * y[j + 3]!)),
      sample("[2] × [2]", [2], [2], (x, y) => [x[0]! * y[0]! + x[1]! * y[1]!]),
      sample("[2, 1, 2] × [2, 2]", [2, 1, 2], [2, 2], (x, y) =>
        [0, 1].flatMap((n) => [0, 1].map((j) => x[n * 2]! * y[j]! + x[n * 2 + 1]! * y[j + 2]!)),
      ),
    ],
  },
  (x: NDArray, y: NDArray): NDArray => {
    if (x.shape.length === 0 || y.shape.length === 0) {
      throw new ShapeError(
        `matmul: a scalar is no matrix, got ${formatShape(x.shape)} × ${formatShape(y.shape)}. Use mul.`,
        {
          code: "scalar-operand",
          operation: "matmul",
          shapes: [x.shape, y.shape],
        },
      );
    }
    const dtype = promote(contentOf(x), contentOf(y));
    const a = cast(x.shape.length === 1 ? reshape(x, [1, -1]) : x, dtype) as NDArray;
    const b = cast(y.shape.length === 1 ? reshape(y, [-1, 1]) : y, dtype) as NDArray;
    const inner = a.shape.at(-1)!;
    if (inner !== b.shape.at(-2)) throw innerSizes(x, y);
    const lead = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    // One matrix on the right for a whole stack: the stack is one taller matrix, and so is its gradient.
    const tall = b.shape.length === 2 && a.shape.length > 2 && sizeOf(a.shape) > 0;
    const result = tall
      ? multiply(reshape(a, [-1, inner]), b, PLAIN)
      : multiply(
          broadcastTo(a, [...lead, ...a.shape.slice(-2)]),
          broadcastTo(b, [...lead, ...b.shape.slice(-2)]),
          PLAIN,
        );
    const rows = x.shape.length === 1 ? [] : [a.shape.at(-2)!];
    const columns = y.shape.length === 1 ? [] : [b.shape.at(-1)!];
    return reshape(result, [...lead, ...rows, ...columns]);
  },
);

const PLAIN: Transposed = { left: false, right: false };

function innerSizes(x: NDArray, y: NDArray): ShapeError {
  const [k, other] = [x.shape.at(-1)!, y.shape.at(y.shape.length === 1 ? -1 : -2)!];
  const hint = y.shape.length > 1 && y.shape.at(-1) === k ? " Did you mean X.matmul(W.T)?" : "";
  return new ShapeError(
    `matmul: the inner sizes differ, ${formatShape(x.shape)} × ${formatShape(y.shape)} (${k} ≠ ${other}).${hint}`,
    { code: "inner-sizes", operation: "matmul", shapes: [x.shape, y.shape] },
  );
}

function sample(
  label: string,
  left: readonly number[],
  right: readonly number[],
  truth: (x: number[], y: number[]) => number[],
) {
  return {
    label,
    inputs: [
      { shape: left, domain: [-3, 3] as const },
      { shape: right, domain: [-3, 3] as const },
    ],
    call: (x?: NDArray, y?: NDArray) => matmul(x!, y!),
    truth: (x: number[] = [], y: number[] = []) => truth(x, y),
  };
}
