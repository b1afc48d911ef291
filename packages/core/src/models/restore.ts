// From the state of a saved model to a fitted one. One line per kind.
import { DataError, didYouMean } from "../errors/index.ts";
import { restoreImpute } from "./features/impute.ts";
import { restoreMinMaxScale } from "./features/min-max-scale.ts";
import { restorePolynomialFeatures } from "./features/polynomial-features.ts";
import { restoreStandardize } from "./features/standardize.ts";
import type { Storable } from "./fitted.ts";
import { restoreLinear } from "./linear/fitted-linear.ts";
import { restoreLogistic } from "./logistic/fitted-logistic.ts";
import { restoreMlpClassifier, restoreMlpRegressor } from "./mlp/fitted-mlp.ts";
import { restorePipeline } from "./pipeline.ts";
import { restoreRates } from "./robust/fitted-rates.ts";
import type { ModelState } from "./state.ts";
import { restoreOneClass, restoreSvr } from "./svm/fitted-function.ts";
import { restoreLinearClassifier } from "./svm/fitted-linear-classifier.ts";
import { restoreSvc } from "./svm/fitted-svc.ts";
import { restoreTableModel } from "./table-model.ts";

type Restore = (state: ModelState, path: string) => Storable;

const KINDS: Readonly<Record<string, (state: ModelState, path: string, restore: Restore) => Storable>> = {
  impute: restoreImpute,
  linearSvc: restoreLinearClassifier,
  linearRegression: restoreLinear,
  logisticRegression: restoreLogistic,
  minMaxScale: restoreMinMaxScale,
  mlpClassifier: restoreMlpClassifier,
  mlpRegressor: restoreMlpRegressor,
  nuSvc: restoreSvc,
  nuSvr: restoreSvr,
  oneClass: restoreOneClass,
  onlineClassifier: restoreLinearClassifier,
  pipeline: restorePipeline,
  poissonRegression: restoreRates,
  polynomialFeatures: restorePolynomialFeatures,
  standardize: restoreStandardize,
  svc: restoreSvc,
  svr: restoreSvr,
  tableModel: restoreTableModel,
};

/**
 * The model or transform that `state()` described: the same results, bit for bit. `loadModel` of `steepest/io` reads files.
 *
 * @throws DataError "unknown-kind", "invalid-model", "missing-tensor", "left-over-tensor", "tensor-shape" or "tensor-type".
 */
export function restoreModel(state: ModelState): Storable {
  return restoreAt(state, "");
}

function restoreAt(state: ModelState, path: string): Storable {
  const restorer = Object.hasOwn(KINDS, state.kind) ? KINDS[state.kind] : undefined;
  if (restorer !== undefined) return restorer(state, path, restoreAt);
  const known = Object.keys(KINDS);
  throw new DataError(
    `loadModel: unknown kind of model "${state.kind}".${didYouMean(state.kind, known)} This version knows ${known.join(", ")}; update steepest if a newer one wrote the file.`,
    { code: "unknown-kind", received: state.kind, expected: `one of ${known.join(", ")}`, fix: ["update steepest"] },
  );
}
