// One class against the rest by its scores: the area under ROC and the threshold with the best F1, from 8 bytes per row.
import { NumberList } from "./number-list.ts";

/** Scores of the rows of a class, and of all others; both ascending. */
export class ClassRanks {
  readonly #positive = new NumberList();
  readonly #negative = new NumberList();
  #sorted: { readonly positive: Float64Array; readonly negative: Float64Array } | undefined;

  add(score: number, isPositive: boolean): void {
    (isPositive ? this.#positive : this.#negative).push(score);
  }

  #scores(): { readonly positive: Float64Array; readonly negative: Float64Array } {
    this.#sorted ??= { positive: this.#positive.take().sort(), negative: this.#negative.take().sort() };
    return this.#sorted;
  }

  /**
   * Share of the pairs of a positive and a negative row that are in the right order, ties as half: Σ (2·below + equal)/(2·P·N).
   * The sum is one of whole numbers below 2⁵³ for up to 10⁷ rows of each kind, hence exact. Undefined when a kind has no row.
   */
  area(): number | undefined {
    const { positive, negative } = this.#scores();
    if (positive.length === 0 || negative.length === 0) return undefined;
    let halves = 0;
    let below = 0;
    let upTo = 0;
    for (const score of positive) {
      while (below < negative.length && negative[below]! < score) below++;
      if (upTo < below) upTo = below;
      while (upTo < negative.length && negative[upTo]! === score) upTo++;
      halves += below + upTo;
    }
    return halves / 2 / (positive.length * negative.length);
  }

  /**
   * As `bestThreshold(…, "f1")` of the library on the probabilities of the scores, which are log-odds: midway between two of them,
   * the higher one of equal values. Undefined when a kind has no row.
   */
  bestF1(): { threshold: number; value: number } | undefined {
    const { positive, negative } = this.#scores();
    if (positive.length === 0 || negative.length === 0) return undefined;
    let best = { threshold: Infinity, value: 0 }; // no row called positive: 0/(0 + 0 + fn)
    let [p, n] = [positive.length, negative.length];
    let least = Infinity;
    while (p > 0 || n > 0) {
      const next = probabilityOf(Math.max(p > 0 ? positive[p - 1]! : -Infinity, n > 0 ? negative[n - 1]! : -Infinity));
      best = better(best, { threshold: between(least, next), value: f1(positive, negative, p, n) });
      while (p > 0 && probabilityOf(positive[p - 1]!) === next) p--;
      while (n > 0 && probabilityOf(negative[n - 1]!) === next) n--;
      least = next;
    }
    return better(best, { threshold: -Infinity, value: f1(positive, negative, 0, 0) });
  }
}

type Best = { threshold: number; value: number };

/** Thresholds descend: of equal values the first, so the higher one, stays. */
function better(best: Best, next: Best): Best {
  return next.value > best.value ? next : best;
}

/** 2tp/(2tp + fp + fn), where `p` and `n` rows of the ascending lists are not called positive. */
function f1(positive: Float64Array, negative: Float64Array, p: number, n: number): number {
  const tp = positive.length - p;
  return (2 * tp) / (2 * tp + (negative.length - n) + p);
}

function between(least: number, next: number): number {
  if (least === Infinity) return Infinity;
  const middle = least / 2 + next / 2;
  return middle > next ? middle : least;
}

/** As the model has it, to the last bit. */
function probabilityOf(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + Math.exp(-logOdds));
  const e = Math.exp(logOdds);
  return e / (1 + e);
}
