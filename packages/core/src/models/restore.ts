// From the state of a saved model to a fitted one. One line per kind.
import { DataError, didYouMean } from "../errors/index.ts";
import type { Fitted } from "./fitted.ts";
import { restoreLinear } from "./linear/fitted-linear.ts";
import { restoreLogistic } from "./logistic/fitted-logistic.ts";
import type { ModelState } from "./state.ts";
import { restoreTableModel } from "./table-model.ts";

type Restorer = (state: ModelState, path: string, restore: (state: ModelState, path: string) => Fitted) => Fitted;

const KINDS: Readonly<Record<string, Restorer>> = {
  linearRegression: restoreLinear,
  logisticRegression: restoreLogistic,
  tableModel: restoreTableModel,
};

/**
 * The fitted model that `state()` described: the same predictions, bit for bit. `loadModel` of `steepest/io` reads files.
 *
 * @throws DataError "unknown-kind", "invalid-model", "missing-tensor", "left-over-tensor", "tensor-shape" or "tensor-type".
 */
export function restoreModel(state: ModelState): Fitted {
  return restoreAt(state, "");
}

function restoreAt(state: ModelState, path: string): Fitted {
  const restorer = Object.hasOwn(KINDS, state.kind) ? KINDS[state.kind] : undefined;
  if (restorer !== undefined) return restorer(state, path, restoreAt);
  const known = Object.keys(KINDS);
  throw new DataError(
    `loadModel: unknown kind of model "${state.kind}".${didYouMean(state.kind, known)} This version knows ${known.join(", ")}; update steepest if a newer one wrote the file.`,
    { code: "unknown-kind", received: state.kind, expected: `one of ${known.join(", ")}`, fix: ["update steepest"] },
  );
}
