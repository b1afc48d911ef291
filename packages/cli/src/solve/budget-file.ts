// A problem file: JSON → what `allocate` takes. All that is wrong with a file is reported at once.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { DataError } from "steepest";
import { type AllocateOptions, fitResponse, type Party, type Response } from "steepest/allocate";
import * as v from "valibot";
import { RequestError } from "../failure.ts";
import { didYouMean } from "../nearest.ts";
import type { Problem } from "../problem.ts";

/** How well a curve fits the data that it came from. */
export interface FitNote {
  readonly name: string;
  readonly form: string;
  readonly r2: number;
  readonly observations: number;
  readonly flattened: number;
}

export interface BudgetProblem {
  readonly parties: readonly Party[];
  readonly options: AllocateOptions;
  /** "city" or "party": what the file calls those who share. */
  readonly noun: "city" | "party";
  readonly fits: readonly FitNote[];
}

const finite = v.pipe(v.number(), v.finite());
const list = v.array(finite);
const responseForms = v.variant("form", [
  v.strictObject({ form: v.literal("log"), scale: finite, saturation: finite }),
  v.strictObject({ form: v.literal("power"), scale: finite, exponent: finite }),
  v.strictObject({ form: v.literal("hill"), scale: finite, half: finite, steepness: finite }),
  v.strictObject({ form: v.literal("spline"), knots: list, values: list }),
]);
const fitted = v.strictObject({
  fit: v.picklist(["log", "power", "hill", "spline"]),
  spend: list,
  observed: list,
  weights: v.optional(list),
});
const isFit = (input: unknown): boolean => typeof input === "object" && input !== null && "fit" in input;
const response = v.lazy(
  (input): v.GenericSchema<unknown, v.InferOutput<typeof responseForms> | v.InferOutput<typeof fitted>> =>
    isFit(input) ? fitted : responseForms,
);
const limit = v.strictObject({ lower: v.optional(finite), upper: v.optional(finite) });
const partySchema = v.strictObject({
  name: v.string(),
  response,
  lower: v.optional(finite),
  upper: v.optional(finite),
  group: v.optional(v.string()),
  reference: v.optional(v.strictObject({ value: finite, weight: finite })),
});
const shared = {
  total: finite,
  use: v.optional(v.picklist(["equal", "at-most"])),
  groups: v.optional(v.record(v.string(), limit)),
  limits: v.optional(v.strictObject({ A: v.array(list), lower: v.optional(list), upper: v.optional(list) })),
};
const ofCities = v.strictObject({ ...shared, cities: v.array(partySchema) });
const ofParties = v.strictObject({ ...shared, parties: v.array(partySchema) });

/** @throws RequestError with every problem of the file; an error of the file system. */
export async function readBudgetFile(path: string): Promise<BudgetProblem> {
  const content = path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  const json = parseJson(content, path);
  const isObject = typeof json === "object" && json !== null;
  if (isObject && ("minimize" in json || "maximize" in json)) {
    throw new RequestError([
      problem(path, "not-a-budget", "expressions cannot be solved from a file yet; this command solves budgets", [
        '{ "total": 100, "cities": [{ "name": "Cork", "response": { "form": "log", "scale": 6, "saturation": 20 } }] }',
      ]),
    ]);
  }
  const noun = isObject && "parties" in json ? "party" : "city";
  const result = v.safeParse(noun === "party" ? ofParties : ofCities, json);
  if (!result.success) throw new RequestError(result.issues.map((issue) => fromIssue(path, issue)));
  const given = result.output;
  const parties: Party[] = [];
  const fits: FitNote[] = [];
  for (const party of "cities" in given ? given.cities : given.parties) {
    const { curve, note } = curveOf(path, party.name, party.response);
    if (note !== undefined) fits.push(note);
    parties.push(defined({ ...party, response: curve }) as Party);
  }
  const { total, use, groups, limits } = given;
  const options = defined({
    total,
    use,
    groups: groups as AllocateOptions["groups"],
    limits: limits === undefined ? undefined : (defined(limits) as AllocateOptions["limits"]),
  }) as AllocateOptions;
  return { parties, options, noun, fits };
}

type GivenResponse = v.InferOutput<typeof response>;

function curveOf(path: string, name: string, given: GivenResponse): { curve: Response; note?: FitNote } {
  if (!("fit" in given)) return { curve: given };
  const { fit, spend, observed, weights } = given;
  const found = fitOf(path, name, () =>
    fitResponse(spend, observed, { form: fit, ...(weights !== undefined && { weights }) }),
  );
  return {
    curve: found.response,
    note: { name, form: fit, r2: found.r2, observations: spend.length, flattened: found.flattened.length },
  };
}

/** Errors of a fit say whose data they are about. */
function fitOf<T>(path: string, name: string, fit: () => T): T {
  try {
    return fit();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const why = error.message.replace(/^fitResponse: /, "").replace(/\.$/, "");
    throw new RequestError([problem(path, error.code, `the curve of "${name}" cannot be fitted: ${why}`, [])]);
  }
}

/** Without the entries that are undefined: absent is what the library understands. */
function defined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function parseJson(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RequestError([
      problem(path, "invalid-json", `the file is not JSON: ${why}`, ["check commas, quotes and brackets near there"]),
    ]);
  }
}

function fromIssue(path: string, issue: v.BaseIssue<unknown>): Problem {
  const place = v.getDotPath(issue) ?? "the file";
  const key = issue.path?.at(-1)?.key;
  const isUnknown = issue.expected === "never";
  const isMissing = issue.type === "strict_object" && issue.received === "undefined";
  const message = isUnknown
    ? `"${place}" has no meaning in a budget`
    : isMissing
      ? `"${place}" is missing`
      : `"${place}" must be ${issue.expected ?? "something else"}, got ${issue.received}`;
  const known = [
    "total",
    "use",
    "groups",
    "limits",
    "cities",
    "parties",
    "name",
    "response",
    "lower",
    "upper",
    "group",
    "reference",
    "form",
    "scale",
    "saturation",
    "exponent",
    "half",
    "steepness",
    "knots",
    "values",
    "fit",
    "spend",
    "observed",
    "weights",
    "value",
    "weight",
  ];
  return problem(path, "invalid-problem", message, isUnknown && typeof key === "string" ? didYouMean(key, known) : []);
}

function problem(path: string, code: string, message: string, fix: readonly string[]): Problem {
  return { class: "DataError", code, message, where: { file: path === "-" ? "standard input" : path }, fix };
}
