// What can be wrong with a table for a request: each check returns its problems, so that all of them can be shown together.
import type { Column, Table } from "steepest/data";
import { sourceName } from "../data/source.ts";
import { formatCount, formatList, formatNames, plural } from "../format.ts";
import type { Task } from "../metrics/catalog.ts";
import { didYouMean } from "../nearest.ts";
import { optionProblem, type Problem } from "../problem.ts";
import { quoteCommand } from "../terminal/quote-command.ts";
import type { ClassCount } from "./plan.ts";
import type { TrainRequest } from "./request.ts";

/** A column of whole numbers with at most so many values can mean classes. */
const MOST_NUMBER_CLASSES = 20;

/** Whole numbers, few of them. Missing values do not count. */
export function looksLikeClasses(values: Float64Array): boolean {
  const present = values.filter((x) => !Number.isNaN(x));
  return present.every(Number.isInteger) && new Set(present).size <= MOST_NUMBER_CLASSES;
}

/** Columns that the request names and the table lacks. */
export function columnProblems(request: TrainRequest, names: readonly string[]): Problem[] {
  const asked: [string, readonly string[]][] = [
    ["target", [request.target]],
    ["features", request.features ?? []],
    ["drop", request.drop],
    ["types", Object.keys(request.types)],
  ];
  return asked.flatMap(([flag, columns]) =>
    columns
      .filter((column) => !names.includes(column))
      .map((column) => ({
        class: "DataError",
        code: "unknown-column",
        message: `there is no column "${column}" (--${flag})`,
        where: { file: sourceName(request.file), column },
        fix: [...didYouMean(column, names), `the columns are ${formatNames(names)}`],
      })),
  );
}

export function noFeatures(target: string): Problem {
  return dataProblem("no-features", `no column is left to learn from beside the target "${target}"`, [
    "drop fewer columns",
  ]);
}

export function rareWithoutClasses(target: string): Problem {
  return optionProblem("no-classes", `--drop-rare needs classes, but the target "${target}" is predicted as a number`, [
    "leave it out",
    "--model logistic",
  ]);
}

export function holeProblems(target: string, column: Column, rowNumber: (row: number) => number): Problem[] {
  const isHole = (row: number): boolean =>
    column.type === "category" ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
  const rows = Array.from(column.type === "category" ? column.codes : column.values, (_, row) => row).filter(isHole);
  const [first] = rows;
  if (first === undefined) return [];
  return [
    dataProblem(
      "target-missing",
      `the target "${target}" is missing in ${plural(rows.length, "row")}, and a row without it teaches nothing`,
      ["--on-bad-row skip  leaves these rows out and lists them in rejects.csv"],
      { row: rowNumber(first), column: target },
    ),
  ];
}

export function infinityProblems(
  table: Table,
  names: readonly string[],
  rowNumber: (row: number) => number,
): Problem[] {
  return names.flatMap((name) => {
    const column = table.column(name);
    const row = column.type === "number" ? column.values.findIndex((x) => x === Infinity || x === -Infinity) : -1;
    if (row < 0 || column.type !== "number") return [];
    const text = column.values[row] === Infinity ? "Infinity" : "-Infinity";
    return [
      {
        ...dataProblem("not-finite", `column "${name}" holds ${text}, which no model can use`, [
          `--missing ${text}  treats it as missing`,
          `${quoteCommand(["--drop", name])}  leaves the column out`,
        ]),
        where: { row: rowNumber(row), column: name },
        received: text,
        expected: "a finite number or an empty cell",
      },
    ];
  });
}

export function numberProblem(target: string, column: Column, rowNumber: (row: number) => number): Problem | undefined {
  if (column.type === "number") return undefined;
  if (column.type === "date") return dateProblem(target);
  const row = column.codes.findIndex((code) => code >= 0);
  return {
    ...dataProblem("column-not-numeric", `the target "${target}" does not hold numbers, which this model predicts`, [
      "--model logistic  predicts classes",
    ]),
    where: { row: rowNumber(row), column: target },
    received: `"${column.categories[column.codes[row] ?? 0] ?? ""}"`,
    expected: "a number",
  };
}

/** Texts of which most occur once are names or sentences. */
const FEWEST_TEXTS = 20;

export function classProblem({ target, types }: TrainRequest, column: Column): Problem | undefined {
  if (column.type === "date") return dateProblem(target);
  const asClasses = `${quoteCommand(["--types", `${target}=category`])}  makes every value a class`;
  if (column.type === "category") {
    const used = column.codes.filter((code) => code >= 0);
    const distinct = new Set(used).size;
    if (types[target] !== undefined || distinct <= FEWEST_TEXTS || 2 * distinct <= used.length) return undefined;
    const what = `${formatCount(distinct)} different texts in ${formatCount(used.length)} rows`;
    return dataProblem("target-not-classes", `the target "${target}" holds ${what}, which are no classes`, [
      "--target  names another column",
      asClasses,
    ]);
  }
  if (looksLikeClasses(column.values) || types[target] === "category") return undefined;
  const what = `${formatCount(new Set(column.values).size)} different numbers`;
  return dataProblem("target-not-classes", `the target "${target}" holds ${what}, which are no classes`, [
    "--model linear  predicts numbers",
    asClasses,
  ]);
}

function dateProblem(target: string): Problem {
  return dataProblem("target-type", `the target "${target}" holds dates, and models predict numbers or classes`, [
    "--target  names another column",
    `${quoteCommand(["--types", `${target}=category`])}  makes every date a class`,
  ]);
}

export function rowProblems(
  { target, file }: TrainRequest,
  { rows }: Table,
  balance: readonly ClassCount[],
  task: Task,
): Problem[] {
  if (rows < 2) {
    return [
      {
        ...dataProblem("too-few-rows", `the table has ${plural(rows, "row")}, and a model needs at least 2`, [
          "add rows",
        ]),
        where: { file: sourceName(file) },
      },
    ];
  }
  const [only] = balance;
  if (task === "regression" || balance.length !== 1 || only === undefined) return [];
  return [
    dataProblem(
      "one-class",
      `all ${formatCount(rows)} rows have the class "${only.label}", and there is nothing to tell apart`,
      ["add rows of another class", "--target  names another column"],
      { column: target },
    ),
  ];
}

export function labelProblems({ positive, classWeight }: TrainRequest, balance: readonly ClassCount[]): Problem[] {
  const labels = balance.map(({ label }) => label);
  const asked: [string, readonly string[]][] = [
    ["positive", positive === undefined ? [] : [positive]],
    ["class-weight", classWeight === undefined || classWeight === "balanced" ? [] : Object.keys(classWeight)],
  ];
  const problems = asked.flatMap(([flag, names]) =>
    names
      .filter((name) => !labels.includes(name))
      .map((name) =>
        optionProblem("unknown-class", `--${flag}: there is no class "${name}"`, [
          ...didYouMean(name, labels),
          `the classes are ${formatList(labels, 12)}`,
        ]),
      ),
  );
  if (positive !== undefined && labels.length > 2) {
    problems.push(
      optionProblem("too-many-classes", `--positive is for two classes, and there are ${labels.length}`, [
        "leave it out",
      ]),
    );
  }
  return problems;
}

export function foldProblems({ cv, holdout }: TrainRequest, rows: number, balance: readonly ClassCount[]): Problem[] {
  if (cv === undefined || cv === 0) return [];
  const kept = 1 - (holdout ?? 0);
  const available = Math.floor(rows * kept);
  if (available < cv) {
    return [
      optionProblem("too-many-folds", `--cv ${cv} needs at least ${cv} rows, and there are ${available}`, [
        `--cv ${Math.max(2, available)}`,
      ]),
    ];
  }
  return balance
    .filter(({ count }) => Math.floor(count * kept) < cv)
    .map(({ label, count }) =>
      optionProblem("too-many-folds", `--cv ${cv} needs ${cv} rows of every class, and "${label}" has ${count}`, [
        ...(Math.floor(count * kept) < 2 ? [] : [`--cv ${Math.floor(count * kept)}`]),
        `--drop-rare ${Math.ceil(cv / kept)}  leaves such classes out`,
      ]),
    );
}

/** Each side needs a row at least, and one of every class. */
export function holdoutProblems({ holdout }: TrainRequest, rows: number, balance: readonly ClassCount[]): Problem[] {
  if (holdout === undefined) return [];
  const single = balance.filter(({ count }) => count < 2);
  if (single.length > 0) {
    const names = formatList(single.map(({ label }) => `"${label}"`));
    const message = `--holdout needs 2 rows of every class, one to learn and one to test, and ${names} has 1`;
    return [
      optionProblem("small-class", message, ["--drop-rare 2  leaves such classes out", "add rows of this class"]),
    ];
  }
  const test = Math.ceil(holdout * rows);
  const needed = Math.max(1, balance.length);
  if (Math.min(test, rows - test) >= needed) return [];
  const what = balance.length === 0 ? "a row" : `a row of each of the ${balance.length} classes`;
  const message = `--holdout ${holdout} of ${plural(rows, "row")} keeps ${formatCount(test)} for the test and ${formatCount(rows - test)} for training, and both need ${what}`;
  const least = Math.ceil((100 * needed) / rows) / 100;
  return [
    optionProblem(
      "few-rows",
      message,
      least < 0.5 ? [`--holdout ${least}  or more, up to ${1 - least}`] : ["add rows"],
    ),
  ];
}

function dataProblem(code: string, message: string, fix: readonly string[], where?: Problem["where"]): Problem {
  return { class: "DataError", code, message, ...(where === undefined ? {} : { where }), fix };
}
