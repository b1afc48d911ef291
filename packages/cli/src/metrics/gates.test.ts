import { describe, expect, it } from "vitest";
import { checkGates, gateLine, gateProblems, gatesOf } from "./gates.ts";

describe("gates", () => {
  const gates = gatesOf(new Map([["auc", 0.9]]), new Map([["log-loss", 0.3]]));

  it("a limit that is met exactly passes", () => {
    expect(checkGates(gates, { auc: 0.9, "log-loss": 0.3 }).map((g) => g.passed)).toEqual([true, true]);
  });

  it("each gate fails on its own side", () => {
    expect(checkGates(gates, { auc: 0.8999, "log-loss": 0.2 }).map((g) => g.passed)).toEqual([false, true]);
    expect(checkGates(gates, { auc: 0.95, "log-loss": 0.3001 }).map((g) => g.passed)).toEqual([true, false]);
  });

  it("a metric that could not be computed, or is not a number, fails", () => {
    expect(checkGates(gates, { "log-loss": Number.NaN }).map((g) => g.passed)).toEqual([false, false]);
    expect(checkGates(gates, {}).map(gateLine)[0]).toBe("gate auc ≥ 0.9: failed (cannot be computed on these rows)");
  });

  it("a metric of the other task is a problem that names the ones there are", () => {
    const [problem] = gateProblems(gates, "regression");
    expect(problem?.message).toBe('--min: there is no metric "auc" for regression');
    expect(problem?.fix).toEqual(["metrics are rmse, r2, mae, mse"]);
    expect(gateProblems(gates, "classification")).toEqual([]);
  });
});
