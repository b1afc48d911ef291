// A fitted support vector classifier: support vectors, one machine per pair of classes, and what can be asked of them.
import { type ArrayLike, fromTyped, type NDArray } from "../../array/index.ts";
import { accuracy, type Label } from "../../metrics/index.ts";
import { type Design, readRows } from "../design.ts";
import type { FitReport, FittedClassifier, Probabilistic } from "../fitted.ts";
import type { JsonObject } from "../json.ts";
import { inlineModel, type ModelState } from "../state.ts";
import { invalidField, reportJson, StateReader } from "../state-reader.ts";
import { modelText, withText } from "../text.ts";
import { couple, probabilityOf, type Sigmoid } from "./platt.ts";
import {
  decisions,
  type FittedKernelMachine,
  kernelJson,
  linearWeights,
  restoreSupport,
  type Support,
} from "./support.ts";

export interface FittedSvc<L extends Label> extends FittedClassifier<L>, FittedKernelMachine {
  /**
   * Margins of the machines, "n pairs": pairs of classes in the order (0, 1), (0, 2), …, (1, 2), …, positive for the first. For two
   * classes the one machine, positive for the later class, as `decisionFunction`.
   */
  pairDecisions(X: ArrayLike): NDArray;
}

export interface SvcParts<L extends Label> {
  readonly kind: "svc" | "nuSvc";
  readonly classes: readonly L[];
  readonly features: number;
  readonly support: Support;
  /** Support vectors per class. */
  readonly counts: readonly number[];
  /** "k−1 s", libsvm's layout: of a support vector of class c, row r is its pair with the r-th other class. */
  readonly dual: Float64Array;
  readonly intercepts: Float64Array;
  /** Per pair; when probabilities were asked for. */
  readonly sigmoids: readonly Sigmoid[] | undefined;
  readonly margin: number | undefined;
  readonly report: FitReport;
  readonly options: JsonObject;
}

export function fittedSvc<L extends Label>(parts: SvcParts<L>): FittedSvc<L> & Partial<Probabilistic> {
  const { kind, classes, features, support, dual, intercepts, sigmoids, margin, report, options } = parts;
  const k = classes.length;
  const pairs = intercepts.length;
  const s = support.indices.length;
  const coefs = pairCoefs(parts);
  const w = linearWeights(support, coefs, pairs);
  const scores = (owner: string, X: ArrayLike): { n: number; values: Float64Array } => {
    const design: Design = readRows(`${kind}.${owner}`, X, features);
    return { n: design.n, values: decisions(`${kind}.${owner}`, design, support, coefs, intercepts, w) };
  };
  const predict = (X: ArrayLike): L[] => {
    const { n, values } = scores("predict", X);
    return Array.from({ length: n }, (_, i) => classes[winner(values, i * pairs, k)]!);
  };
  const state = (): ModelState => ({
    kind,
    fields: {
      options,
      classes: [...classes],
      columns: features,
      counts: [...parts.counts],
      kernel: kernelJson(kind, support),
      margin: margin ?? null,
      report: reportJson(report),
    },
    tensors: {
      supportIndices: fromTyped([s], Float64Array.from(support.indices)),
      supportVectors: support.vectors,
      dualCoef: fromTyped([k - 1, s], dual),
      intercept: fromTyped([pairs], intercepts),
      ...(sigmoids !== undefined && {
        sigmoids: fromTyped([pairs, 2], Float64Array.from(sigmoids.flatMap(({ A, B }) => [A, B]))),
      }),
    },
    parts: {},
  });
  const model: FittedSvc<L> & Partial<Probabilistic> = {
    kind,
    features,
    report,
    classes,
    supportIndices: support.indices,
    supportVectors: support.vectors,
    dualCoef: fromTyped(k === 2 ? [s] : [k - 1, s], dual) as NDArray, // f64
    intercept: fromTyped(k === 2 ? [] : [pairs], intercepts) as NDArray,
    coef: w && (fromTyped(k === 2 ? [features] : [pairs, features], byPairs(w, features, pairs)) as NDArray),
    margin,
    predict,
    decisionFunction(X) {
      const { n, values } = scores("decisionFunction", X);
      return fromTyped(k === 2 ? [n] : [n, k], k === 2 ? values : classScores(values, n, k)) as NDArray;
    },
    pairDecisions(X) {
      const { n, values } = scores("pairDecisions", X);
      return fromTyped([n, pairs], values) as NDArray;
    },
    ...(sigmoids !== undefined && {
      predictProba(X: ArrayLike): NDArray {
        const { n, values } = scores("predictProba", X);
        return fromTyped([n, k], probabilities(values, n, k, sigmoids)) as NDArray;
      },
    }),
    score: (X, y) => accuracy<Label>(Array.from<Label>(y), predict(X)),
    state,
    toJSON: () => inlineModel(state()),
  };
  return withText(model, () => modelText(kind, s, report, classes).replace("coefficient", "support vector"));
}

export function restoreSvc(state: ModelState, path: string): FittedSvc<Label> {
  const reader = new StateReader(state, path);
  const kind = state.kind === "nuSvc" ? "nuSvc" : "svc";
  const features = reader.integer("columns", 1);
  const classes = reader.classes("classes");
  const k = classes.length;
  const pairs = (k * (k - 1)) / 2;
  const support = restoreSupport(reader, features, (what) =>
    invalidField(`${path}kernel`, state.fields["kernel"], what),
  );
  const s = support.indices.length;
  const counts = reader.list("counts").map(Number);
  const countsFit = counts.length === k && counts.reduce((sum, count) => sum + count, 0) === s;
  if (!countsFit) throw invalidField(`${path}counts`, state.fields["counts"], `${k} counts with sum ${s}`);
  const dual = Float64Array.from(reader.tensor("dualCoef", [k - 1, s]).toArray());
  const intercepts = Float64Array.from(reader.tensor("intercept", [pairs]).toArray());
  const numbers = reader.has("sigmoids") ? reader.tensor("sigmoids", [pairs, 2]).toArray() : undefined;
  const sigmoids = numbers && Array.from(intercepts, (_, p) => ({ A: numbers[2 * p]!, B: numbers[2 * p + 1]! }));
  reader.done();
  const margin = typeof state.fields["margin"] === "number" ? state.fields["margin"] : undefined;
  const options = reader.object("options");
  const report = reader.report();
  return fittedSvc({ kind, classes, features, support, counts, dual, intercepts, sigmoids, margin, report, options });
}

/** Pairs (0, 1), (0, 2), …, (1, 2), … */
export function pairsOf(k: number): readonly (readonly [a: number, b: number])[] {
  return Array.from({ length: k }, (_, a) =>
    Array.from({ length: k - 1 - a }, (__, r) => [a, a + 1 + r] as const),
  ).flat();
}

/** "s pairs" from libsvm's "k−1 s". */
function pairCoefs({ classes, counts, dual, support }: SvcParts<Label>): Float64Array {
  const k = classes.length;
  const pairs = pairsOf(k);
  const s = support.indices.length;
  const classOf = counts.flatMap((count, c) => new Array<number>(count).fill(c));
  const out = new Float64Array(s * pairs.length);
  pairs.forEach(([a, b], p) => {
    classOf.forEach((c, i) => {
      if (c === a) out[i * pairs.length + p] = dual[(b - 1) * s + i]!;
      else if (c === b) out[i * pairs.length + p] = dual[a * s + i]!;
    });
  });
  return out;
}

/** "d pairs" to "pairs d". */
function byPairs(w: Float64Array, d: number, pairs: number): Float64Array {
  return Float64Array.from(w, (_, at) => w[(at % d) * pairs + Math.floor(at / d)]!);
}

/** Two classes: a tie goes to the later one. Several: most votes, a tie to the earlier one, and a margin of 0 votes for it. */
function winner(values: Float64Array, from: number, k: number): number {
  if (k === 2) return values[from]! >= 0 ? 1 : 0;
  const votes = new Int32Array(k);
  pairsOf(k).forEach(([a, b], p) => {
    const chosen = values[from + p]! >= 0 ? a : b;
    votes[chosen] = votes[chosen]! + 1;
  });
  return votes.indexOf(Math.max(...votes));
}

/** Votes, and between equal votes the sum of margins squeezed below a third of a vote: scikit-learn's "ovr" scores. */
function classScores(values: Float64Array, n: number, k: number): Float64Array {
  const pairs = pairsOf(k);
  const out = new Float64Array(n * k);
  const sums = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    sums.fill(0);
    pairs.forEach(([a, b], p) => {
      const margin = values[i * pairs.length + p]!;
      const chosen = i * k + (margin >= 0 ? a : b);
      out[chosen] = out[chosen]! + 1;
      sums[a] = sums[a]! + margin;
      sums[b] = sums[b]! - margin;
    });
    for (let c = 0; c < k; c++) out[i * k + c] = out[i * k + c]! + sums[c]! / (3 * (Math.abs(sums[c]!) + 1));
  }
  return out;
}

function probabilities(values: Float64Array, n: number, k: number, sigmoids: readonly Sigmoid[]): Float64Array {
  const out = new Float64Array(n * k);
  if (k === 2) {
    const { A, B } = sigmoids[0]!;
    for (let i = 0; i < n; i++) {
      out[2 * i] = probabilityOf({ A: -A, B: -B }, values[i]!); // 1 − p with all its digits
      out[2 * i + 1] = probabilityOf({ A, B }, values[i]!);
    }
    return out;
  }
  const pairs = pairsOf(k);
  const r = new Float64Array(k * k);
  for (let i = 0; i < n; i++) {
    pairs.forEach(([a, b], p) => {
      const share = probabilityOf(sigmoids[p]!, values[i * pairs.length + p]!);
      r[a * k + b] = share;
      r[b * k + a] = 1 - share;
    });
    out.set(couple(r, k), i * k);
  }
  return out;
}
