// An estimator for each name of `--model`; networks are made by themselves.
import { linearRegression, logisticRegression, type ProbabilisticClassifier, type Regressor } from "steepest/models";
import type { ModelName } from "./models.ts";
import type { TrainRequest } from "./request.ts";

type Make = (request: TrainRequest, l2: number) => ProbabilisticClassifier | Regressor;

const linear: Make = (request, l2) => linearRegression({ l2, ...limitOf(request), ...solverOf(LINEAR, request) });

export const ESTIMATORS: Readonly<Record<Exclude<ModelName, "mlp">, Make>> = {
  linear,
  ridge: linear,
  logistic: (request, l2) =>
    logisticRegression({ l2, ...limitOf(request), ...weightsOf(request), ...solverOf(LOGISTIC, request) }),
};

const LINEAR = ["qr", "cholesky", "normal-equation", "lbfgs", "gradient-descent"] as const;
const LOGISTIC = ["newton", "lbfgs", "gradient-descent"] as const;

/** The request has refused solvers of other models. */
function solverOf<const S extends string>(solvers: readonly S[], { solver }: TrainRequest): { solver?: S } {
  const known = solvers.find((name) => name === solver);
  return known === undefined ? {} : { solver: known };
}

function limitOf({ maxSteps }: TrainRequest): { maxSteps?: number } {
  return maxSteps === undefined ? {} : { maxSteps };
}

function weightsOf({ classWeight }: TrainRequest): Pick<TrainRequest, "classWeight"> {
  return classWeight === undefined ? {} : { classWeight };
}
