// An estimator for each name of `--model`; networks are made by themselves.
import {
  linearKernel,
  linearRegression,
  logisticRegression,
  type ProbabilisticClassifier,
  poissonRegression,
  polynomial,
  type Regressor,
  rbf,
  type SvmOptions,
  svc,
  svr,
} from "steepest/models";
import { MODELS, type ModelName } from "./models.ts";
import type { TrainRequest } from "./request.ts";
import { keyFor } from "./validate.ts";

/** Strengths of the penalty. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** By name, where the model has such a strength. */
export function penaltySettings(model: ModelName, penalty: Penalty | undefined): Partial<Penalty> {
  if (penalty === undefined) return {};
  const { takes } = MODELS[model];
  return {
    ...(takes.includes("l1") && (penalty.l1 > 0 || !takes.includes("l2")) ? { l1: penalty.l1 } : {}),
    ...(takes.includes("l2") ? { l2: penalty.l2 } : {}),
  };
}

type Make = (request: TrainRequest, penalty: Penalty) => ProbabilisticClassifier | Regressor;

const linear: Make = (request, { l1, l2 }) =>
  linearRegression({ ...(l1 === 0 ? {} : { l1 }), l2, ...limitOf(request), ...solverOf(LINEAR, request) });

export const ESTIMATORS: Readonly<Record<Exclude<ModelName, "mlp">, Make>> = {
  linear,
  ridge: linear,
  lasso: linear,
  "elastic-net": linear,
  poisson: (request, penalty) => poissonRegression({ ...penalty, ...limitOf(request) }),
  logistic: (request, { l1, l2 }) =>
    logisticRegression({
      ...(l1 === 0 ? {} : { l1 }),
      l2,
      ...limitOf(request),
      ...weightsOf(request),
      ...solverOf(LOGISTIC, request),
    }),
  svc: (request) =>
    svc({
      ...machineOf(request),
      ...weightsOf(request),
      probability: { folds: 5, key: keyFor(request.seed, "calibration") },
    }),
  svr: (request) => svr(machineOf(request)),
};

const LINEAR = [
  "qr",
  "cholesky",
  "normal-equation",
  "coordinate-descent",
  "proximal-gradient",
  "lbfgs",
  "gradient-descent",
] as const;
const LOGISTIC = ["newton", "coordinate-descent", "proximal-gradient", "lbfgs", "gradient-descent"] as const;

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

const KERNELS = { rbf: () => rbf(), linear: () => linearKernel(), polynomial: () => polynomial() } as const;

function machineOf(request: TrainRequest): SvmOptions & { C?: number } {
  const { kernel = "rbf", C } = request;
  return { kernel: KERNELS[kernel](), ...(C === undefined ? {} : { C }), ...limitOf(request) };
}
