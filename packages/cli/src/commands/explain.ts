// `steepest explain`: reads an expression, runs it forward and backward, shows every step.
import { scalar, type Trace, explain as traceOf } from "steepest";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { backwardFormulas, type Formula, forwardFormulas } from "../expression/backprop.ts";
import { type Program, readProgram } from "../expression/program.ts";
import { runProgram } from "../expression/run.ts";
import { throwProblems } from "../failure.ts";
import { number, pairs, readFlags } from "../flags.ts";
import { formatList } from "../format.ts";
import { didYouMean } from "../nearest.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { columns } from "../terminal/columns.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Invocation } from "../verb.ts";

const FLAGS = { at: pairs(number("a number"), "a number for every name, such as x=2,w=3") };

export async function explain({ arguments: [source = ""], flags, terminal }: Invocation): Promise<ExitCode> {
  const program = readProgram(source);
  const { values, problems } = readFlags(FLAGS, flags);
  const at = new Map([...(values.at ?? [])].map(([name, value]) => [name.normalize("NFC"), value]));
  throwProblems([...problems, ...(problems.length > 0 ? [] : nameProblems(program, at))]);
  const trace = traceProgram(program, at);
  if (flags["dot"] === true) await writeText(`${trace.toDot().trimEnd()}\n`);
  else if (terminal.json) await writeJson(toJson(program, at, trace));
  else await writeText(`${toTable(program, trace)}\n`);
  return EXIT.done;
}

function traceProgram(program: Program, at: ReadonlyMap<string, number>): Trace {
  const params = Object.fromEntries([...at].map(([name, value]) => [name, scalar(value)]));
  return traceOf((inputs: typeof params, label) => runProgram(program, inputs, label), params);
}

/** Names without a number and numbers without a name. */
function nameProblems({ inputs }: Program, at: ReadonlyMap<string, number>): Problem[] {
  const absent = inputs.filter((name) => !at.has(name));
  const unused = [...at.keys()].filter((name) => !inputs.includes(name));
  const problems: Problem[] = [];
  if (absent.length > 0) {
    const example = absent.map((name) => `${name}=1`).join(",");
    problems.push(optionProblem("missing-value", `there is no value for ${formatList(absent)}`, [`--at ${example}`]));
  }
  for (const name of unused) {
    problems.push(optionProblem("unknown-name", `the expression has no input "${name}"`, didYouMean(name, inputs)));
  }
  if (inputs.length === 0)
    problems.push(optionProblem("no-inputs", "the expression has no names, so nothing can be derived"));
  return problems;
}

function toTable(program: Program, trace: Trace): string {
  const result = program.steps.at(-1)?.name ?? "L";
  const forward = withValues(forwardFormulas(program), (name) => stepValue(trace, name)).map((f) => [
    `${f.name} = ${f.formula}`,
    signed(f.value),
  ]);
  const backward = withValues(backwardFormulas(program), (name) => trace.adjointOf(name).item()).map((f) => [
    `d${result}/d${f.name} = ${f.formula}`,
    signed(f.value),
  ]);
  const rows = Array.from({ length: Math.max(forward.length, backward.length) }, (_, i) => [
    ...(forward[i] ?? ["", ""]),
    ...(backward[i] ?? ["", ""]),
  ]);
  return columns([["forward", "", "backward", ""], ...rows], ["left", "right", "left", "right"]);
}

function toJson(program: Program, at: ReadonlyMap<string, number>, trace: Trace): unknown {
  const result = program.steps.at(-1)?.name ?? "L";
  return {
    expression: program.source,
    at: Object.fromEntries(at),
    result: { name: result, value: stepValue(trace, result) },
    forward: withValues(forwardFormulas(program), (name) => stepValue(trace, name)),
    backward: withValues(backwardFormulas(program), (name) => trace.adjointOf(name).item()).map(
      ({ value, ...rest }) => ({
        ...rest,
        adjoint: value,
      }),
    ),
    trace: trace.toJSON(),
  };
}

function withValues(formulas: readonly Formula[], value: (name: string) => number): (Formula & { value: number })[] {
  return formulas.map((formula) => ({ ...formula, value: value(formula.name) }));
}

function stepValue(trace: Trace, name: string): number {
  return trace.forward.find((step) => step.name === name)?.value.item() ?? Number.NaN;
}

/** Ten digits say all that a person reads; -0 is 0. */
function signed(value: number): string {
  return String(Number(value.toPrecision(10)) + 0);
}
