// Optimizers that train equal networks on equal rows, judged on rows that none has seen.
import { judge } from "../metrics/judge.ts";
import type { OptimizerChoice } from "../optimizer/choice.ts";
import { createLearner } from "../train/learner.ts";
import { loadTraining } from "../train/load-training.ts";
import type { NetworkRequest } from "../train/network-request.ts";
import { makePlan, type TrainPlan } from "../train/plan.ts";
import type { TrainRequest } from "../train/request.ts";
import { splitHoldout } from "../train/validate.ts";
import type { Found } from "./comparison.ts";
import { bytesOf } from "./on-surface.ts";

export interface TableProblem {
  readonly rows: number;
  readonly plan: TrainPlan;
  run(choice: OptimizerChoice): Found;
}

/** @throws RequestError or DataError when the table cannot be read or learned. */
export async function tableProblem(
  request: TrainRequest & { readonly network: NetworkRequest; readonly holdout: number },
): Promise<TableProblem> {
  const { table, rowNumber } = await loadTraining(request);
  const plan = makePlan(request, table, rowNumber);
  const learned = table.select([...plan.features, request.target]);
  const column = learned.column(request.target);
  const labels =
    plan.task === "regression"
      ? undefined
      : column.type === "category"
        ? Array.from(column.codes, (code) => column.categories[code]!)
        : Array.from(column.values, String);
  const split = splitHoldout(learned.rows, request.holdout, request.seed, labels);
  const [training, test] = [learned.take(split.train), learned.take(split.test)];
  return {
    rows: training.rows,
    plan,
    run: (choice) => {
      const own = { ...request, network: { ...request.network, optimizer: choice } };
      const fitted = createLearner(own, plan, () => false).fit(training);
      return {
        optimizer: choice.name,
        learningRate: choice.learningRate,
        values: fitted.report.history.filter(Number.isFinite),
        bytesPerParameter: bytesOf(choice),
        metrics: judge(fitted.score(test)),
      };
    },
  };
}
