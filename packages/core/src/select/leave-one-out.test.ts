import { expect, it } from "vitest";
import { array, type NDArray } from "../array/index.ts";
import golden from "./golden/splits.json" with { type: "json" };
import { crossValidate, leaveOneOut } from "./index.ts";

/** Ridge with two features by Cramer's rule on centered columns: ‖y − b − Xw‖² + strength·‖w‖². */
function ridge(X: NDArray, y: NDArray, strength: number): { predict(rows: NDArray): NDArray } {
  const center = X.mean(0);
  const [columns, targets] = [X.sub(center), y.sub(y.mean())];
  const [[a, b], [, d]] = columns.T.matmul(columns).toNested() as [[number, number], [number, number]];
  const [u, v] = columns.T.matmul(targets).toArray() as [number, number];
  const determinant = (a + strength) * (d + strength) - b * b;
  const w = array([((d + strength) * u - b * v) / determinant, ((a + strength) * v - b * u) / determinant]);
  return { predict: (rows) => rows.sub(center).matmul(w).add(y.mean()) };
}

it("leave-one-out errors of ridge equal scikit-learn 1.2.1 and the leverage formula", () => {
  const { X, y, errors, formulaGives } = golden.leaveOneOutRidge;
  const result = crossValidate(array(X), array(y), {
    folds: leaveOneOut(),
    fit: (trainX, trainY) => ridge(trainX, trainY, 0.5),
    scores: { error: ({ actual, predicted }) => actual.sub(predicted).sum().item() },
  });
  for (const [row, error] of result.scores.error.perFold.entries()) {
    // f64, a 2 × 2 system of condition about 10
    expect(Math.abs(error - errors[row]!)).toBeLessThan(1e-14);
    expect(Math.abs(error - formulaGives[row]!)).toBeLessThan(1e-14);
  }
});
