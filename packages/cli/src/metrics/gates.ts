// `--min auc=0.9`, `--max rmse=60`: conditions that turn a number into an exit code.
import { formatValue } from "../format.ts";
import { didYouMean } from "../nearest.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { type MetricValues, metricsOf, type Task } from "./catalog.ts";

export interface Gate {
  readonly metric: string;
  readonly kind: "min" | "max";
  readonly limit: number;
}

export interface GateResult extends Gate {
  /** Absent where the metric could not be computed: such a gate fails. */
  readonly value: number | undefined;
  readonly passed: boolean;
}

export function gatesOf(
  min: ReadonlyMap<string, number> = new Map(),
  max: ReadonlyMap<string, number> = new Map(),
): Gate[] {
  const gate =
    (kind: Gate["kind"]) =>
    ([metric, limit]: [string, number]): Gate => ({ metric, kind, limit });
  return [...[...min].map(gate("min")), ...[...max].map(gate("max"))];
}

/** Gates on metrics that this kind of target does not have. */
export function gateProblems(gates: readonly Gate[], task: Task): Problem[] {
  const names = metricsOf(task).map((metric) => metric.name);
  return gates
    .filter(({ metric }) => !names.includes(metric))
    .map(({ metric, kind }) =>
      optionProblem("unknown-metric", `--${kind}: there is no metric "${metric}" for ${task}`, [
        ...didYouMean(metric, names),
        `metrics are ${names.join(", ")}`,
      ]),
    );
}

export function checkGates(gates: readonly Gate[], values: MetricValues): GateResult[] {
  return gates.map((gate) => {
    const value = values[gate.metric];
    const passed = value !== undefined && (gate.kind === "min" ? value >= gate.limit : value <= gate.limit);
    return { ...gate, value, passed };
  });
}

/** gate auc ≥ 0.95: passed (0.9941) */
export function gateLine({ metric, kind, limit, value, passed }: GateResult): string {
  const sign = kind === "min" ? "≥" : "≤";
  const got = value === undefined ? "cannot be computed on these rows" : formatValue(value);
  return `gate ${metric} ${sign} ${limit}: ${passed ? "passed" : "failed"} (${got})`;
}
