// Problems of the golden files: expressions of x[i] in JavaScript as functions of arrays. For tests.
import { type NDArray, type Scalar, scalar } from "../../array/index.ts";
import { type Constraint, equality, inequality, type MinimizeOptions, minimize, type Solution } from "../index.ts";

export interface GoldenProblem {
  readonly name: string;
  readonly objective: string;
  readonly equalities: readonly string[];
  readonly inequalities: readonly string[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly start: readonly number[];
  readonly f: number;
}

type Term = (x: NDArray) => Scalar | number;

/** `100*(x[1]-x[0]**2)**2` as a function of an array: + − * / **, parentheses, Math functions and Math.PI. */
export function functionOf(expression: string): (x: NDArray) => Scalar {
  const tokens = expression.match(/Math\.\w+|x\[\d+\]|\d+\.?\d*(?:e[+-]?\d+)?|\*\*|[-+*/()]/g) ?? [];
  let next = 0;
  const take = (): string => tokens[next++] ?? "";
  const primary = (): Term => {
    const token = take();
    if (token === "(") {
      const inner = sum();
      take();
      return inner;
    }
    if (token.startsWith("x[")) {
      const index = Number(token.slice(2, -1));
      return (x) => x.at(index) as Scalar;
    }
    if (token === "Math.PI") return () => Math.PI;
    if (!token.startsWith("Math.")) return () => Number(token);
    take();
    const argument = sum();
    take();
    const name = token.slice(5) as "sin" | "cos" | "exp" | "log" | "sqrt";
    return (x) => {
      const value = argument(x);
      return typeof value === "number" ? Math[name](value) : value[name]();
    };
  };
  const power = (): Term => {
    const base = primary();
    if (tokens[next] !== "**") return base;
    take();
    const exponent = Number(take());
    return (x) => {
      const value = base(x);
      return typeof value === "number" ? value ** exponent : value.pow(exponent);
    };
  };
  const unary = (): Term => {
    if (tokens[next] !== "-") return power();
    take();
    const term = unary();
    return (x) => {
      const value = term(x);
      return typeof value === "number" ? -value : value.neg();
    };
  };
  const chain = (part: () => Term, operators: readonly string[]) => (): Term => {
    let left = part();
    while (operators.includes(tokens[next] ?? "")) {
      const [operator, a, b] = [take(), left, part()];
      left = (x) => combine(operator, a(x), b(x));
    }
    return left;
  };
  const product = chain(unary, ["*", "/"]);
  const sum: () => Term = chain(product, ["+", "-"]);
  const whole = sum();
  return (x) => {
    const value = whole(x);
    return typeof value === "number" ? scalar(value) : value;
  };
}

function combine(operator: string, a: Scalar | number, b: Scalar | number): Scalar | number {
  if (typeof a === "number" && typeof b === "number") {
    return operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : a / b;
  }
  const left = typeof a === "number" ? scalar(a) : a;
  if (operator === "+") return left.add(b) as Scalar;
  if (operator === "-") return left.sub(b) as Scalar;
  return (operator === "*" ? left.mul(b) : left.div(b)) as Scalar;
}

export function partsOf(problem: GoldenProblem): {
  f: (x: NDArray) => Scalar;
  constraints: Constraint<NDArray>[];
  bounds: { lower: number[]; upper: number[] };
} {
  return {
    f: functionOf(problem.objective),
    constraints: [
      ...problem.equalities.map((g) => equality(functionOf(g))),
      ...problem.inequalities.map((h) => inequality(functionOf(h))),
    ],
    bounds: {
      lower: problem.lower.map((v) => v ?? -Infinity),
      upper: problem.upper.map((v) => v ?? Infinity),
    },
  };
}

export function solveGolden(problem: GoldenProblem, options: MinimizeOptions<NDArray> = {}): Solution<NDArray> {
  const { f, constraints, bounds } = partsOf(problem);
  return minimize(f, [...problem.start], { constraints, bounds, ...options });
}
