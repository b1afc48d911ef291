// Decoder-only transformers, norms first.
import type { LeafRole, MapLeaves, NDArray } from "../array/index.ts";
import { formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { fold, type Key } from "../random/index.ts";
import { ACTIVATION_NAMES, type Activation, activationOf } from "./activation.ts";
import { type AttentionParams, attention } from "./attention.ts";
import { checkSizes } from "./check.ts";
import { checkRate, drop } from "./dropout.ts";
import { type EmbeddingParams, embedding, positionalEmbedding, STD, sinusoidalEncoding, unembed } from "./embedding.ts";
import { glorotUniform, type Initializer, truncatedNormal } from "./initializers.ts";
import { affine, type LinearParams, linear } from "./linear.ts";
import { type AnyModule, defineModule, type Module, type NoParams, optionsFor } from "./module.ts";
import { type LayerNormParams, layerNorm, type RmsNormParams, rmsNorm } from "./norms.ts";

export interface TransformerBlockOptions {
  width: number;
  heads: number;
  /** Heads of keys and values. Default `heads`. */
  keyValueHeads?: number;
  /** Hidden width of the two linear layers, in widths. Default 4. */
  mlpRatio?: number;
  /** Default "gelu". */
  activation?: Activation;
  /** Default "rms". */
  norm?: "layer" | "rms";
  /** Each position sees itself and earlier ones. Default true. */
  causal?: boolean;
  /** Positions by rotation. Default false. */
  rotary?: boolean;
  /** Of what is added to the stream, while training. Default 0. */
  dropout?: number;
  /** Divides the last matrix of both branches at the start; √(2·layers) keeps the stream from growing. Default 1. */
  shrink?: number;
}

type NormParams<O> = O extends { norm: "layer" } ? LayerNormParams : RmsNormParams;

export interface TransformerBlockParams<O = object> {
  norm1: NormParams<O>;
  attend: AttentionParams;
  norm2: NormParams<O>;
  /** Two layers: wide, and back. */
  mlp: LinearParams[];
}

/**
 * Attention and two linear layers, each added to its input.
 *
 *     h = x + attend(norm₁(x))        y = h + f(norm₂(h)·W₁ + b₁)·W₂ + b₂
 *
 * Shapes: x "… length width" to the same.
 * Source: Vaswani et al. (2017) for the parts; norms in front: Xiong et al. (2020), arXiv 2002.04745.
 *
 * @example
 * ```ts
 * const block = transformerBlock({ width: 8, heads: 2 });
 * block.apply(block.init(key(0)), normal(key(1), [3, 5, 8])).shape; // [3, 5, 8]
 * ```
 */
export function transformerBlock<const O extends TransformerBlockOptions>(
  options: O,
): Module<TransformerBlockParams<O>> {
  type P = TransformerBlockParams<O>;
  const names = [
    "width",
    "heads",
    "keyValueHeads",
    "mlpRatio",
    "activation",
    "norm",
    "causal",
    "rotary",
    "dropout",
    "shrink",
  ];
  new OptionChecker("transformerBlock", options, names)
    .oneOf("norm", ["layer", "rms"])
    .oneOf("activation", ACTIVATION_NAMES)
    .number("mlpRatio", 0, Infinity, true)
    .number("shrink", 0, Infinity, true)
    .done();
  const { width, heads, keyValueHeads = heads, mlpRatio = 4, activation = "gelu" }: TransformerBlockOptions = options;
  const { norm = "rms", causal = true, rotary = false, dropout = 0, shrink = 1 }: TransformerBlockOptions = options;
  checkRate("transformerBlock", dropout);
  const outWeight: Initializer = (key, shape) => glorotUniform()(key, shape).div(shrink);
  const hidden = Math.max(1, Math.round(mlpRatio * width));
  const attend = attention({ width, heads, keyValueHeads, causal, rotary, outWeight });
  const norms = normOf(norm, width);
  const wide = linear(width, hidden);
  const back = linear(hidden, width, { weight: outWeight });
  const f = activationOf("transformerBlock", activation);
  return defineModule<P, NDArray, NDArray>({
    name: "transformerBlock",
    roles: { norm1: norms.roles, attend: attend.roles, norm2: norms.roles, mlp: [wide.roles, back.roles] } as MapLeaves<
      P,
      LeafRole
    >,
    init: (key) =>
      ({
        norm1: norms.init(key),
        attend: attend.init(fold(key, "attend")),
        norm2: norms.init(key),
        mlp: [wide.init(fold(key, "wide")), back.init(fold(key, "back"))],
      }) as P,
    apply(params, x, options) {
      const seen = attend.apply(params.attend, norms.apply(params.norm1, x), options);
      const h = x.add(drop(seen, dropout, optionsFor(options, "attend")));
      const [first, second] = params.mlp;
      const thought = affine(second!, f(affine(first!, norms.apply(params.norm2, h))));
      return h.add(drop(thought, dropout, optionsFor(options, "mlp")));
    },
  });
}

function normOf(norm: "layer" | "rms", width: number): AnyModule {
  return norm === "layer" ? layerNorm(width) : rmsNorm(width);
}

export interface TransformerOptions {
  /** Number of tokens. */
  vocabulary: number;
  width: number;
  heads: number;
  /** Heads of keys and values. Default `heads`. */
  keyValueHeads?: number;
  layers: number;
  /** Longest sequence. */
  length: number;
  /** Hidden width of the linear layers, in widths. Default 4. */
  mlpRatio?: number;
  /** Default "gelu". */
  activation?: Activation;
  /** How positions are told apart. Default "rotary". */
  position?: "rotary" | "learned" | "sinusoidal";
  /** Default "rms". */
  norm?: "layer" | "rms";
  /** The table of tokens gives the scores too. Default false. */
  tied?: boolean;
  /** Of embeddings and of what blocks add, while training. Default 0. */
  dropout?: number;
}

export interface TransformerParams<O = object> {
  tokens: EmbeddingParams;
  positions: O extends { position: "learned" } ? EmbeddingParams : NoParams;
  blocks: TransformerBlockParams<O>[];
  norm: NormParams<O>;
  head: O extends { tied: true } ? NoParams : LinearParams;
}

export interface Transformer<O = object> extends Module<TransformerParams<O>, NDArray<"int">> {
  /** Longest sequence that it takes. */
  readonly length: number;
}

/**
 * A decoder-only transformer: scores of the next token at each position, from the tokens up to it.
 *
 *     h = tokens[ids] (+ positions)        h ← block(h)  for each layer        logits = norm(h)·W + b
 *
 * Shapes: ids "… length" to logits "… length vocabulary". Roles: "embedding" for the tables, "head" for the scores, "norm" and
 * "bias", and "matrix" for the four of attention and the two of the linear layers: those are for Muon.
 * Start: tables and scores with deviation 0.02, so that the first loss is near log(vocabulary); matrices by `glorotUniform`,
 * the last of each branch divided by √(2·layers), as GPT-2 does.
 * @throws OptionError for sizes that do not fit; ShapeError, when applied, for a longer sequence.
 * Source: Radford et al. (2019) for the form; Su et al. (2021) for rotary positions; Press & Wolf (2017) for tied tables.
 *
 * @example
 * ```ts
 * import { zeros } from "steepest";
 * const model = transformer({ vocabulary: 27, width: 16, heads: 2, layers: 2, length: 8 });
 * const params = model.init(key(0));
 * console.log(parameterCount(params), model.apply(params, zeros([3, 8], { dtype: "i32" })).shape); // 7403 [3, 8, 27]
 * ```
 */
export function transformer<const O extends TransformerOptions>(options: O): Transformer<O> {
  type P = TransformerParams<O>;
  checkTransformer(options);
  const { vocabulary, width, heads, layers, length, position = "rotary", tied = false }: TransformerOptions = options;
  const {
    keyValueHeads = heads,
    mlpRatio = 4,
    activation = "gelu",
    norm = "rms",
    dropout = 0,
  }: TransformerOptions = options;
  const rotary = position === "rotary";
  const shrink = Math.sqrt(2 * layers);
  const shape = { width, heads, keyValueHeads, mlpRatio, activation, norm, rotary, dropout, shrink };
  const block: Module<TransformerBlockParams> = transformerBlock(shape);
  const tokens = embedding(vocabulary, width);
  const positions: AnyModule = position === "learned" ? positionalEmbedding(length, width) : sinusoidalEncoding(width);
  const last = normOf(norm, width);
  const head = linear(width, vocabulary, { weight: truncatedNormal(STD), role: "head" });
  const indices = Array.from({ length: layers }, (_, i) => i);

  const model = defineModule<P, NDArray<"int">, NDArray>({
    name: "transformer",
    roles: {
      tokens: tokens.roles,
      positions: positions.roles,
      blocks: indices.map(() => block.roles),
      norm: last.roles,
      head: tied ? {} : head.roles,
    } as unknown as MapLeaves<P, LeafRole>, // O decides which parts there are; so do the options
    init: (key: Key) =>
      ({
        tokens: tokens.init(fold(key, "tokens")),
        positions: positions.init(fold(key, "positions")),
        blocks: indices.map((i) => block.init(fold(fold(key, "blocks"), i))),
        norm: last.init(key),
        head: tied ? {} : head.init(fold(key, "head")),
      }) as unknown as P, // as above
    apply(params, ids, options) {
      checkLength(ids, length);
      const embedded = tokens.apply(params.tokens, ids);
      // sines have size 1: tokens are brought to it
      const placed = position === "sinusoidal" ? embedded.mul(1 / STD) : embedded;
      const start = rotary ? placed : (positions.apply(params.positions, placed) as NDArray);
      const stream = params.blocks.reduce<NDArray>(
        (h, layer, i) => block.apply(layer, h, optionsFor(options, i)),
        drop(start, dropout, optionsFor(options, "tokens")),
      );
      const h = last.apply(params.norm, stream) as NDArray;
      return tied ? unembed(params.tokens, h) : affine(params.head as LinearParams, h);
    },
  });
  return { ...model, length };
}

function checkTransformer(options: TransformerOptions): void {
  const { vocabulary, width, heads, layers, length } = options;
  const required = ["vocabulary", "width", "heads", "layers", "length"];
  const others = ["keyValueHeads", "mlpRatio", "activation", "position", "norm", "tied", "dropout"];
  const checker = new OptionChecker("transformer", options, [...required, ...others])
    .oneOf("position", ["rotary", "learned", "sinusoidal"])
    .oneOf("norm", ["layer", "rms"])
    .oneOf("activation", ACTIVATION_NAMES)
    .boolean("tied");
  for (const name of required) checker.required(name);
  checker.done();
  checkSizes("transformer", { vocabulary, width, heads, layers, length });
}

function checkLength(ids: NDArray<"int">, length: number): void {
  const given = ids.shape.at(-1);
  if (given !== undefined && given <= length) return;
  throw new ShapeError(
    `transformer: ids have shape ${formatShape(ids.shape)}; they must be "… length" with at most ${length} positions.`,
    { code: "too-long", operation: "transformer", shapes: [ids.shape] },
  );
}
