// softmax(QKᵀ/√k)·V, the formula alone.
import { arange, type NDArray } from "../array/index.ts";
import { formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { and, where } from "../ops/index.ts";
import { checkRank } from "./check.ts";

export interface AttentionOptions {
  /** Query i sees keys ≤ i, counted from the end: of n queries and m keys the last see each other. Default false. */
  causal?: boolean;
  /** true where attention is allowed, broadcasts to "… queries keys". */
  mask?: NDArray<"bool">;
  /** Default 1/√k. */
  scale?: number;
}

export interface Attended {
  /** "… n v" */
  readonly output: NDArray;
  /** "… n m", rows sum to 1, or to 0 where the mask allows no key. */
  readonly weights: NDArray;
}

/**
 * Each query becomes a mixture of the values, by its agreement with the keys.
 *
 *     weights = softmax(Q·Kᵀ·scale)  per row        output = weights·V
 *
 * Shapes: Q "… n k", K "… m k", V "… m v"; axes in front broadcast. Positions that are not allowed get −∞ before softmax: weight
 * 0 exactly and no gradient. Rows without any key give 0, not NaN.
 * Cost: n·m·(k + v) multiplications, n·m numbers kept for the derivative.
 * @throws ShapeError when Q and K differ in width, or K and V in length.
 * Source: Vaswani et al. (2017), equation 1. Values equal PyTorch and JAX.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const [Q, K, V] = [array([[1, 0], [0, 1]]), array([[1, 0], [0, 1]]), array([[1], [3]])];
 * const { output, weights } = scaledDotProductAttention(Q, K, V, { causal: true, scale: 1 });
 * weights.toNested(); // [[1, 0], [0.26894, 0.73106]]
 * output.toNested(); // [[1], [2.46212]]
 * ```
 */
export function scaledDotProductAttention(
  Q: NDArray,
  K: NDArray,
  V: NDArray,
  options: AttentionOptions = {},
): Attended {
  new OptionChecker(NAME, options, ["causal", "mask", "scale"]).boolean("causal").number("scale").done();
  checkOperands(Q, K, V);
  const { causal = false, mask, scale = 1 / Math.sqrt(Q.shape.at(-1)!) } = options;
  const scores = Q.mul(scale).matmul(transposed(K));
  const weights = weightsOf(scores, causal, mask);
  return { output: weights.matmul(V), weights };
}

const NAME = "scaledDotProductAttention";

/** The last two axes exchanged; compiled, it is a way of reading, not a copy. */
function transposed(x: NDArray): NDArray {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose(...axes.slice(0, -2), ...axes.slice(-2).reverse());
}

function weightsOf(scores: NDArray, causal: boolean, mask: NDArray<"bool"> | undefined): NDArray {
  const triangle = causal ? notLater(scores.shape.at(-2)!, scores.shape.at(-1)!) : undefined;
  if (mask === undefined && (triangle === undefined || scores.shape.at(-2)! <= scores.shape.at(-1)!)) {
    // every row has a key
    return (triangle === undefined ? scores : where(triangle, scores, -Infinity)).softmax();
  }
  const allowed = mask === undefined ? triangle! : triangle === undefined ? mask : and(mask, triangle);
  const some = allowed.max(-1, { keepDims: true });
  // a row of −∞ alone would be 0/0: it gets scores of 0 first, and weights of 0 after
  return where(some, where(allowed, scores, where(some, -Infinity, 0)).softmax(), 0);
}

/** Whether key j is not later than query i, "n m": both end at the same moment. */
function notLater(n: number, m: number): NDArray<"bool"> {
  const latest = arange(n).add(m - n);
  return latest.expandDims(1).greaterEqual(arange(m));
}

function checkOperands(Q: NDArray, K: NDArray, V: NDArray): void {
  for (const x of [Q, K, V]) checkRank(NAME, x, 2, "… length width");
  const fail = (problem: string) => {
    throw new ShapeError(`${NAME}: ${problem} (Q ${[Q, K, V].map((x) => formatShape(x.shape)).join(", K, V ")}).`, {
      code: "shapes-differ",
      operation: NAME,
      shapes: [Q.shape, K.shape, V.shape],
    });
  };
  const [k, width, m, length] = [Q.shape.at(-1)!, K.shape.at(-1)!, K.shape.at(-2)!, V.shape.at(-2)!];
  if (k !== width) fail(`queries have ${k} features, but keys ${width}: their products need the same`);
  if (m !== length) fail(`there are ${m} keys, but ${length} values: each key needs one`);
}
