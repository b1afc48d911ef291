// Both passes as text: values forward, the chain rule backward.
import type { NDArray } from "../../array/index.ts";
import type { TraceData } from "./explain.ts";
import type { TraceStep } from "./trace.ts";

/** Numbers with up to six digits and a real minus sign; arrays by their shape when they are long. */
export function printValue(x: NDArray): string {
  if (x.shape.length === 0) return printNumber(x.item());
  if (x.size <= 4) return String(x).replaceAll("-", "−").replaceAll(/\s+/g, " ");
  return `${x.dtype}[${x.shape.join(", ")}]`;
}

function printNumber(x: number): string {
  return String(Number.isFinite(x) ? Number(x.toPrecision(6)) : x).replace("-", "−");
}

/**
 * forward                 backward
 * h = w·x        6        ∂L/∂w = ∂L/∂h·∂h/∂w = −1·2 = −2
 */
export function toTable({ forward, backward, output, steps }: TraceData): string {
  const rows = forward.map((step) => [`${step.name} = ${step.formula}`, printValue(step.value)] as const);
  const L = output.name;
  const back = backward.map(
    (step) => [`∂${L}/∂${step.name}`, chainOf(step, L, steps), printValue(step.adjoint)] as const,
  );
  const left = align(rows.map(([formula, value]) => [formula, value]));
  const right = align(back.map(([name, chain, value]) => [name, chain === "" ? "" : `= ${chain}`, `= ${value}`]));
  return ["forward", ...indent(left), "", "backward", ...indent(right)].join("\n");
}

/** ∂L/∂h·∂h/∂w with the numbers: one term for each consumer. */
function chainOf(step: TraceStep, L: string, steps: readonly TraceStep[]): string {
  const terms = step.contributions.map(({ from, fromId }) => {
    const consumer = steps[fromId]!;
    return { symbols: `∂${L}/∂${from}·∂${from}/∂${step.name}`, numbers: numbersOf(step, consumer) };
  });
  if (terms.length === 0) return "";
  const symbols = terms.map((t) => t.symbols).join(" + ");
  if (terms.some((t) => t.numbers === undefined)) return symbols;
  return `${symbols} = ${terms.map((t) => t.numbers).join(" + ")}`;
}

function numbersOf(step: TraceStep, consumer: TraceStep): string | undefined {
  const locals = consumer.inputIds.flatMap((id, k) => (id === step.id ? [consumer.localDerivatives[k]] : []));
  if (consumer.value.shape.length > 0 || step.value.shape.length > 0 || locals.some((l) => l === undefined))
    return undefined;
  const local = locals.reduce((sum, l) => sum + l!.item(), 0); // the same array as several inputs
  return `${factor(consumer.adjoint.item())}·${factor(local)}`;
}

function factor(x: number): string {
  const text = printNumber(x);
  return x < 0 ? `(${text})` : text;
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(widths[column]! - [...cell].length))
      .join("  ")
      .trimEnd(),
  );
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
