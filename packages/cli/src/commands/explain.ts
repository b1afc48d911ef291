// `steepest explain`: reads an expression, runs it forward and backward, shows every step.
import { type Scalar, scalar, type Trace, explain as traceOf } from "steepest";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { backwardFormulas, forwardFormulas, type Numbers } from "../expression/backprop.ts";
import { constantSteps, type Program, readProgram } from "../expression/program.ts";
import { evaluate, runProgram } from "../expression/run.ts";
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
  throwProblems([
    ...problems,
    ...(problems.length > 0 ? [] : nameProblems(program, at)),
    ...(flags["dot"] === true && terminal.json
      ? [optionProblem("contradiction", "--dot and --json are two formats for one output", ["leave one of them out"])]
      : []),
  ]);
  const passes = runPasses(program, at);
  if (flags["dot"] === true) await writeText(`${passes.trace.toDot().trimEnd()}\n`);
  else if (terminal.json) await writeJson(toJson(program, at, passes));
  else await writeText(`${toTable(program, at, passes)}\n`);
  const strange = notFinite(program, passes);
  if (strange.length > 0) terminal.say(`! not finite: ${formatList(strange)}; other values of --at may help`);
  return EXIT.done;
}

/** Both passes with the numbers of every name. */
interface Passes {
  readonly trace: Trace;
  readonly values: ReadonlyMap<string, number>;
}

/** Values and adjoints that are NaN or infinite, by their names. */
function notFinite(program: Program, { trace, values }: Passes): string[] {
  const result = resultOf(program);
  const forward = [...values].filter(([, value]) => !Number.isFinite(value)).map(([name]) => name);
  const backward = backwardFormulas(program)
    .filter(({ name }) => !Number.isFinite(trace.adjointOf(name).item()))
    .map(({ name }) => `d${result}/d${name}`);
  return [...forward, ...backward];
}

/** What formulas ask of both passes. */
function numbersOf({ trace, values }: Passes, at: ReadonlyMap<string, number>): Numbers {
  const known = new Map([...at, ...values].map(([name, value]) => [name, scalar(value)]));
  return {
    numberOf: (expression) => evaluate(expression, known).item(),
    adjointOf: (name) => trace.adjointOf(name).item(),
  };
}

function runPasses(program: Program, at: ReadonlyMap<string, number>): Passes {
  const inputs = Object.fromEntries([...at].map(([name, value]) => [name, scalar(value)]));
  const computed = new Map<string, Scalar>();
  runProgram(program, inputs, (name, value) => {
    computed.set(name, value);
    return value;
  });
  // A step without inputs (a = 2) is a constant: to have an adjoint it has to be a parameter.
  const constants = constantSteps(program).map((name) => [name, computed.get(name)!] as const);
  const params = { ...inputs, ...Object.fromEntries(constants) };
  const trace = traceOf((given: typeof params, label) => runProgram(program, given, label), params);
  return { trace, values: new Map([...computed].map(([name, value]) => [name, value.item()])) };
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

function toTable(program: Program, at: ReadonlyMap<string, number>, passes: Passes): string {
  const { trace, values } = passes;
  const result = resultOf(program);
  const forward = forwardFormulas(program).map(({ name, formula }) => [
    `${name} = ${formula}`,
    printNumber(values.get(name)),
  ]);
  const backward = backwardFormulas(program, numbersOf(passes, at)).map(({ name, formula }) => [
    `d${result}/d${name} = ${formula}`,
    printNumber(trace.adjointOf(name).item()),
  ]);
  const rows = Array.from({ length: Math.max(forward.length, backward.length) }, (_, i) => [
    ...(forward[i] ?? ["", ""]),
    ...(backward[i] ?? ["", ""]),
  ]);
  return columns([["forward", "", "backward", ""], ...rows], ["left", "right", "left", "right"]);
}

function toJson(program: Program, at: ReadonlyMap<string, number>, passes: Passes): unknown {
  const { trace, values } = passes;
  const result = resultOf(program);
  return {
    expression: program.source,
    at: Object.fromEntries(at),
    result: { name: result, value: values.get(result) },
    forward: forwardFormulas(program).map((step) => ({ ...step, value: values.get(step.name) })),
    backward: backwardFormulas(program, numbersOf(passes, at)).map((step) => ({
      ...step,
      adjoint: trace.adjointOf(step.name).item(),
    })),
    trace: trace.toJSON(),
  };
}

function resultOf({ steps }: Program): string {
  return steps.at(-1)?.name ?? "L";
}

/** Ten digits say all that a person reads; -0 is 0. */
function printNumber(value = Number.NaN): string {
  return String(Number(value.toPrecision(10)) + 0);
}
