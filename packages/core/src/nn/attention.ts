// Multi-head self-attention.
import { concat, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { fold, type Key } from "../random/index.ts";
import { checkRank, checkWidth } from "./check.ts";
import { checkRate, drop } from "./dropout.ts";
import { glorotUniform, type Initializer } from "./initializers.ts";
import { affine, type LinearParams, linear } from "./linear.ts";
import { type ApplyOptions, defineModule, type Module, optionsFor } from "./module.ts";
import { rotary as rotate } from "./rotary.ts";
import { type Attended, scaledDotProductAttention } from "./scaled-dot-product-attention.ts";

/** Queries, keys and values are matrices of their own, so that an optimizer of matrices sees three; they are applied as one. */
export interface AttentionParams {
  /** "width heads·k" with k = width/heads */
  q: LinearParams;
  /** "width keyValueHeads·k" */
  k: LinearParams;
  v: LinearParams;
  /** "heads·k width" */
  out: LinearParams;
}

export interface SelfAttentionOptions {
  width: number;
  /** Divides the width. */
  heads: number;
  /** Heads that keys and values have; each serves heads/keyValueHeads queries. Default `heads`. */
  keyValueHeads?: number;
  /** Each position sees itself and earlier ones. Default false. */
  causal?: boolean;
  /** Queries and keys are rotated by their positions. Default false. */
  rotary?: boolean;
  /** Of the weights, while training. Default 0. */
  dropout?: number;
  /** Start of the matrices. Default `glorotUniform()`. */
  weight?: Initializer;
  /** Start of the last matrix. Default `weight`. */
  outWeight?: Initializer;
}

export interface SelfAttention extends Module<AttentionParams> {
  /** The weights without dropout, "heads … length length". */
  weights(params: AttentionParams, x: NDArray): NDArray;
}

/**
 * Multi-head self-attention: every position becomes a mixture of all positions, in several ways at once.
 *
 *     head_h = softmax(Q_h·K_hᵀ/√k)·V_h,   Q = x·W_q + b_q, …        y = [head_1 … head_H]·W_o + b_o
 *
 * Shapes: x "… length width" to the same. One product makes Q, K and V, one transposition brings heads in front.
 * With fewer key-value heads than heads it is grouped-query attention, with one multi-query attention.
 * @throws OptionError when heads do not divide the width, or keyValueHeads the heads.
 * Source: Vaswani et al. (2017), section 3.2.2; Ainslie et al. (2023), arXiv 2305.13245. Values equal PyTorch.
 *
 * @example
 * ```ts
 * const layer = attention({ width: 8, heads: 2, causal: true });
 * const params = layer.init(key(0));
 * const x = normal(key(1), [5, 8]);
 * console.log(layer.apply(params, x).shape, layer.weights(params, x).shape); // [5, 8] [2, 5, 5]
 * ```
 */
export function attention(options: SelfAttentionOptions): SelfAttention {
  checkAttention(options);
  const { width, heads, keyValueHeads = heads, causal = false, rotary = false, dropout = 0 } = options;
  const { weight = glorotUniform(), outWeight = weight } = options;
  const size = width / heads;
  const parts = {
    q: linear(width, width, { weight }),
    k: linear(width, keyValueHeads * size, { weight }),
    v: linear(width, keyValueHeads * size, { weight }),
    out: linear(width, width, { weight: outWeight }),
  };

  const mix = ({ q, k, v }: AttentionParams, x: NDArray, apply: ApplyOptions): Attended => {
    const fused = {
      weight: concat([q.weight, k.weight, v.weight], 1),
      bias: concat([q.bias, k.bias, v.bias]),
    };
    const all = headsFirst(affine(fused, x), size); // "heads+2·keyValueHeads … length k"
    const turned = rotary ? rotate(all.at([0, heads + keyValueHeads])) : all;
    const Q = turned.at([0, heads]);
    const K = shared(turned.at([heads, heads + keyValueHeads]), heads);
    const V = shared(all.at([heads + keyValueHeads, heads + 2 * keyValueHeads]), heads);
    const { output, weights } = scaledDotProductAttention(Q, K, V, { causal });
    if (dropout === 0 || apply.training !== true) return { output, weights };
    return { output: drop(weights, dropout, apply).matmul(V), weights };
  };
  const check = (x: NDArray) => {
    checkRank("attention", x, 2, "… length width");
    checkWidth("attention", x, width);
  };

  const layer = defineModule<AttentionParams, NDArray, NDArray>({
    name: "attention",
    roles: { q: parts.q.roles, k: parts.k.roles, v: parts.v.roles, out: parts.out.roles },
    init: (key: Key) => ({
      q: parts.q.init(fold(key, "q")),
      k: parts.k.init(fold(key, "k")),
      v: parts.v.init(fold(key, "v")),
      out: parts.out.init(fold(key, "out")),
    }),
    apply(params, x, apply) {
      check(x);
      return affine(params.out, headsLast(mix(params, x, optionsFor(apply, "weights")).output));
    },
  });
  return {
    ...layer,
    weights(params, x) {
      check(x);
      return mix(params, x, {}).weights;
    },
  };
}

/** "… length heads·k" to "heads … length k" */
function headsFirst(x: NDArray, size: number): NDArray {
  const rank = x.ndim;
  const split = x.reshape(...x.shape.slice(0, -1), -1, size);
  return split.transpose(rank - 1, ...Array.from({ length: rank - 1 }, (_, axis) => axis), rank);
}

/** "heads … length k" to "… length heads·k" */
function headsLast(x: NDArray): NDArray {
  const rank = x.ndim;
  const back = x.transpose(...Array.from({ length: rank - 2 }, (_, axis) => axis + 1), 0, rank - 1);
  return back.reshape(...back.shape.slice(0, -2), -1);
}

/** Each head of keys or values once for every query head that it serves. */
function shared(x: NDArray, heads: number): NDArray {
  const own = x.shape[0]!;
  if (own === heads) return x;
  const repeated = x.expandDims(1).broadcastTo([own, heads / own, ...x.shape.slice(1)]);
  return repeated.reshape(heads, ...x.shape.slice(1));
}

function checkAttention(options: SelfAttentionOptions): void {
  const { width, heads, keyValueHeads = heads, rotary, dropout = 0 } = options;
  const names = ["width", "heads", "keyValueHeads", "causal", "rotary", "dropout", "weight", "outWeight"];
  const checker = new OptionChecker("attention", options, names)
    .required("width")
    .required("heads")
    .integer("width", 1)
    .integer("heads", 1)
    .integer("keyValueHeads", 1)
    .boolean("causal")
    .boolean("rotary");
  if (width % heads !== 0) checker.fail("heads", `heads must divide the width, got ${heads} heads for ${width}.`);
  if (heads % keyValueHeads !== 0) {
    checker.fail("keyValueHeads", `keyValueHeads must divide the heads, got ${keyValueHeads} for ${heads}.`);
  }
  if (rotary === true && (width / heads) % 2 !== 0) {
    checker.fail("rotary", `rotary needs an even width per head, got ${width / heads}.`);
  }
  checker.done();
  checkRate("attention", dropout);
}
