// Driven by a metric, hence no function of the step: a pure state machine.
import { OptionChecker } from "../../errors/index.ts";

/** Plain data: save it with the run. */
export interface PlateauState {
  /** Goes into `rateScale`. */
  readonly scale: number;
  readonly best: number;
  readonly stepsSinceBest: number;
  readonly cooldown: number;
}

export interface PlateauOptions {
  /** Of the scale, when patience is over. Default 0.1. */
  factor?: number;
  /** Calls without a better metric that are waited for. Default 10. */
  patience?: number;
  /** Better by more than this share of |best|. Default 1e-4. */
  threshold?: number;
  /** Calls after a reduction that are not counted. Default 0. */
  cooldown?: number;
  /** Default 0. */
  minScale?: number;
  /** Default "minimize". */
  goal?: "minimize" | "maximize";
}

export interface Plateau {
  init(): PlateauState;
  next(state: PlateauState, metric: number): PlateauState;
}

/**
 * Lowers a scale when a metric stops getting better: `scale` is the `rateScale` of the optimizer's step.
 *
 * Better is metric < best − threshold·|best| (maximize: above best + threshold·|best|); NaN never is.
 * @throws OptionError for a factor outside of (0, 1), and negative counts.
 * Source: ReduceLROnPlateau of PyTorch 1.13, whose values it equals; there best·(1 − threshold), which is wrong for best < 0.
 *
 * @example
 * ```ts
 * import { plateau } from "steepest/optim";
 * const rates = plateau({ factor: 0.5, patience: 1 });
 * let state = rates.init();
 * for (const loss of [1, 0.9, 0.9, 0.9]) state = rates.next(state, loss);
 * console.log(state.scale); // 0.5
 * ```
 */
export function plateau(options: PlateauOptions = {}): Plateau {
  new OptionChecker("plateau", options, ["factor", "patience", "threshold", "cooldown", "minScale", "goal"])
    .number("factor", 0, 1, true)
    .integer("patience", 0)
    .number("threshold", 0)
    .integer("cooldown", 0)
    .number("minScale", 0)
    .oneOf("goal", ["minimize", "maximize"])
    .done();
  const { factor = 0.1, patience = 10, threshold = 1e-4, minScale = 0, goal = "minimize" } = options;
  const sign = goal === "minimize" ? 1 : -1;
  const isBetter = (metric: number, best: number): boolean =>
    Number.isFinite(best) ? sign * metric < sign * best - threshold * Math.abs(best) : sign * metric < sign * best;

  return {
    init: () => ({ scale: 1, best: sign * Infinity, stepsSinceBest: 0, cooldown: 0 }),
    next(state, metric) {
      const better = isBetter(metric, state.best);
      const best = better ? metric : state.best;
      const cooling = state.cooldown > 0;
      const stepsSinceBest = better || cooling ? 0 : state.stepsSinceBest + 1;
      if (stepsSinceBest <= patience) {
        return { scale: state.scale, best, stepsSinceBest, cooldown: Math.max(0, state.cooldown - 1) };
      }
      const scale = Math.max(state.scale * factor, Math.min(minScale, state.scale));
      return { scale, best, stepsSinceBest: 0, cooldown: options.cooldown ?? 0 };
    },
  };
}
