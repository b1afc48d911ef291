// Tables of vectors: for tokens, for positions, and the fixed one of sines.
import { fromTyped, type NDArray } from "../array/index.ts";
import { DataError, formatShape, ShapeError } from "../errors/index.ts";
import { isArray, kindOf } from "../program/index.ts";
import { normal } from "../random/index.ts";
import { checkRank, checkSizes, checkWidth } from "./check.ts";
import { defineModule, type Module, type NoParams } from "./module.ts";

export interface EmbeddingParams {
  /** "vocabulary width" */
  table: NDArray;
}

/**
 * A vector for each of `vocabulary` integers: row `id` of a table, gathered.
 *
 * Shapes: ids "…" gives "… width". Starts normal with deviation 0.02, as GPT-2 does.
 * @throws DataError, when applied, for ids that are no integers; ShapeError for an id outside of the table.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * const layer = embedding(5, 3);
 * const params = layer.init(key(0));
 * const rows = layer.apply(params, array([4, 4, 0], { dtype: "i32" }));
 * console.log(rows.shape, rows.at(0).sub(params.table.at(4)).norm().item()); // [3, 3] 0
 * ```
 */
export function embedding(vocabulary: number, width: number): Module<EmbeddingParams, NDArray<"int">> {
  checkSizes("embedding", { vocabulary, width });
  return defineModule({
    name: "embedding",
    roles: { table: "embedding" },
    init: (key) => ({ table: normal(key, [vocabulary, width], { std: STD }) }),
    apply({ table }, ids: NDArray<"int">) {
      checkIds(ids);
      return table.take(ids);
    },
  });
}

/** Radford et al. (2019), as in the published code. */
export const STD = 0.02;

function checkIds(ids: NDArray<"int">): void {
  const received = isArray(ids) ? ids.dtype : Array.isArray(ids) ? "a list" : typeof ids;
  if (isArray(ids) && kindOf(ids.dtype) === "int") return;
  throw new DataError(
    `embedding: ids are integers, got ${received}. Make them with array([…], { dtype: "i32" }), or convert with astype("i32").`,
    { code: "ids-not-integers", received, expected: "i32" },
  );
}

/** Scores of all tokens from the table of their embeddings, x·Tableᵀ: "… width" to "… vocabulary". Tied weights are one leaf. */
export function unembed({ table }: EmbeddingParams, x: NDArray): NDArray {
  checkWidth("unembed", x, table.shape[1]!);
  return x.matmul(table.T);
}

/**
 * Adds a learned vector to each position: x "… length width", at most `length` positions.
 *
 * @throws ShapeError, when applied, for a longer sequence.
 */
export function positionalEmbedding(length: number, width: number): Module<EmbeddingParams> {
  checkSizes("positionalEmbedding", { length, width });
  return defineModule({
    name: "positionalEmbedding",
    roles: { table: "embedding" },
    init: (key) => ({ table: normal(key, [length, width], { std: STD }) }),
    apply({ table }, x: NDArray) {
      checkRank("positionalEmbedding", x, 2, "… length width");
      checkWidth("positionalEmbedding", x, width);
      const rows = x.shape.at(-2)!;
      if (rows > length) {
        throw new ShapeError(
          `positionalEmbedding: the input ${formatShape(x.shape)} has ${rows} positions, but the table holds ${length}. Cut the sequence, or make the table longer.`,
          { code: "too-long", operation: "positionalEmbedding", shapes: [x.shape] },
        );
      }
      return x.add(rows === length ? table : table.at([0, rows]));
    },
  });
}

/**
 * Adds fixed sines and cosines of the position, for sequences of any length.
 *
 *     x[p, 2i] += sin(p/10000^(2i/width))        x[p, 2i + 1] += cos(p/10000^(2i/width))
 *
 * Source: Vaswani et al. (2017), "Attention is all you need", section 3.5.
 *
 * @example
 * ```ts
 * import { zeros } from "steepest";
 * sinusoidalEncoding(4).apply({}, zeros([2, 4])).toNested(); // [[0, 1, 0, 1], [0.8415, 0.5403, 0.01000, 0.99995]]
 * ```
 */
export function sinusoidalEncoding(width: number): Module<NoParams> {
  checkSizes("sinusoidalEncoding", { width });
  return defineModule({
    name: "sinusoidalEncoding",
    roles: {},
    init: () => ({}),
    apply(_params, x: NDArray) {
      checkRank("sinusoidalEncoding", x, 2, "… length width");
      checkWidth("sinusoidalEncoding", x, width);
      const data = new Float64Array(x.shape.at(-2)! * width);
      for (let at = 0; at < data.length; at++) {
        const [position, i] = [Math.floor(at / width), at % width];
        const angle = position / 10_000 ** ((i - (i % 2)) / width);
        data[at] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
      const table = fromTyped([x.shape.at(-2)!, width], data).astype(x.dtype);
      return x.add(table as NDArray); // the width of x, a float
    },
  });
}
