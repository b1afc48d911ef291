// What callers say of a budget: checked, and turned into cities, groups and totals.
import type { ArrayLike } from "../array/index.ts";
import { formatNumber, OptionChecker, OptionError } from "../errors/index.ts";
import type { Executor } from "../executor/index.ts";
import type { Matrix } from "../linalg/index.ts";
import type { PartiesOptions } from "../solve/index.ts";
import type { City } from "./city-step.ts";
import { type CityItem, cityOf } from "./negative-return.ts";
import type { GroupLimit } from "./price.ts";
import type { Response } from "./response.ts";

/** One of those who share a total: a city, a channel, a machine. */
export interface Party {
  readonly name: string;
  readonly response: Response;
  /** Least and most spend. Defaults 0 and Infinity. */
  readonly lower?: number;
  readonly upper?: number;
  /** Last plan; deviations cost `weight`·(b − value)². */
  readonly reference?: { readonly value: number; readonly weight: number };
  readonly group?: string;
}

export interface AllocateOptions extends PartiesOptions {
  total: number;
  /** Spend all of it ("equal", default) or no more than it ("at-most"). */
  use?: "equal" | "at-most";
  /** Limits on what the parties of a group get together. */
  groups?: Readonly<Record<string, { lower?: number; upper?: number }>>;
  /** lower ≤ A·b ≤ upper, over the parties in their order. */
  limits?: { A: Matrix; lower?: ArrayLike; upper?: ArrayLike };
  /** Where the problems of the parties are solved, with "admm". Default: this thread. */
  executor?: Executor;
  /** Bisection on the price is exact for one total, groups, and concave returns; "auto" takes it then, and "admm" otherwise. */
  method?: "auto" | "bisection" | "admm";
}

/** A budget that was checked. */
export interface Budget {
  readonly parties: readonly Party[];
  readonly items: readonly CityItem[];
  readonly cities: readonly City[];
  readonly groups: readonly (GroupLimit & { readonly name: string })[];
  readonly total: number;
  readonly atMost: boolean;
}

const OWN = ["total", "use", "groups", "limits", "executor", "method", "onPartyError"];
const ADMM = ["rho", "adaptiveRho", "relaxation", "atol", "rtol", "maxSteps", "maxSeconds", "now", "signal", "onStep"];

/** @throws OptionError with all problems of options; then for the first party, group or total that cannot be. */
export function readBudget(parties: readonly Party[], options: AllocateOptions): Budget {
  const checker = new OptionChecker("allocate", options, [...OWN, ...ADMM])
    .required("total")
    .number("total", 0)
    .oneOf("use", ["equal", "at-most"])
    .oneOf("method", ["auto", "bisection", "admm"])
    .oneOf("onPartyError", ["throw", "keep-last"]);
  if (options.limits !== undefined && options.method === "bisection") {
    checker.fail("method", 'bisection takes no limits; use "admm" or "auto".');
  }
  checker.done();
  const { total } = options;
  if (!Array.isArray(parties) || parties.length === 0)
    throw fault("parties", "there is no party. Give a list with at least one.");
  for (const party of parties) checkParty(party);
  const floor = parties.reduce((sum, { lower = 0 }) => sum + lower, 0);
  if (floor > total * (1 + 1e-12)) {
    throw fault(
      "total",
      `the lower limits sum to ${formatNumber(floor)}, ${formatNumber(floor - total)} above the total of ${formatNumber(total)}. Lower a limit, or raise the total.`,
    );
  }
  // nobody can get more than what all others leave
  const items = parties.map(({ response, lower = 0, upper = Infinity, reference }) => ({
    response,
    lower,
    upper: Math.max(lower, Math.min(upper, total - floor + lower)),
    ...(reference !== undefined && { reference }),
  }));
  const cities = items.map((item, i) => {
    try {
      return cityOf("allocate", item);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      throw fault(
        `parties[${i}].response`,
        `"${parties[i]!.name}": ${error.message.replace(/^allocate: /, "")}`,
        error.code,
      );
    }
  });
  const groups = groupsOf(parties, options.groups ?? {});
  const budget = { parties, items, cities, groups, total, atMost: options.use === "at-most" };
  checkReach(budget);
  return budget;
}

function checkParty({ name, lower = 0, upper = Infinity, reference }: Party): void {
  if (!(lower >= 0 && lower < Infinity))
    throw fault("lower", `"${name}": lower must be a number of 0 or more, got ${lower}.`);
  if (!(upper >= lower)) {
    throw fault(
      "upper",
      `"${name}": upper must be at least lower, got lower ${formatNumber(lower)} and upper ${formatNumber(upper)}.`,
    );
  }
  if (reference === undefined) return;
  if (!Number.isFinite(reference.value))
    throw fault("reference", `"${name}": reference.value must be finite, got ${reference.value}.`);
  if (!(reference.weight >= 0 && reference.weight < Infinity)) {
    throw fault("reference", `"${name}": reference.weight must be 0 or more, got ${reference.weight}.`);
  }
}

function groupsOf(parties: readonly Party[], limits: NonNullable<AllocateOptions["groups"]>): Budget["groups"] {
  return Object.entries(limits).map(([name, { lower = 0, upper = Infinity }]) => {
    const members = Int32Array.from(parties.flatMap(({ group }, i) => (group === name ? [i] : [])));
    if (members.length === 0)
      throw fault("groups", `no party is in the group "${name}". Groups of parties: ${known(parties)}.`);
    if (!(upper >= lower))
      throw fault("groups", `group "${name}" has lower ${formatNumber(lower)} above upper ${formatNumber(upper)}.`);
    return { name, members, lower, upper };
  });
}

function known(parties: readonly Party[]): string {
  const names = [...new Set(parties.flatMap(({ group }) => (group === undefined ? [] : [`"${group}"`])))];
  return names.length === 0 ? "none" : names.slice(0, 8).join(", ");
}

/** What can be spent, with the limits of groups, must hold the total. */
function checkReach({ items, groups, total, atMost }: Budget): void {
  let [least, most] = [0, 0];
  const grouped = new Set(groups.flatMap(({ members }) => [...members]));
  for (const [i, { lower, upper }] of items.entries()) {
    if (grouped.has(i)) continue;
    least += lower;
    most += upper;
  }
  for (const { name, members, lower, upper } of groups) {
    const low = members.reduce((sum, i) => sum + items[i]!.lower, 0);
    const high = members.reduce((sum, i) => sum + items[i]!.upper, 0);
    if (low > upper * (1 + 1e-12)) {
      throw fault(
        "groups",
        `the lower limits in group "${name}" sum to ${formatNumber(low)}, above its upper limit ${formatNumber(upper)}.`,
      );
    }
    if (high < lower * (1 - 1e-12)) {
      throw fault(
        "groups",
        `group "${name}" can take at most ${formatNumber(high)}, below its lower limit ${formatNumber(lower)}.`,
      );
    }
    least += Math.max(low, lower);
    most += Math.min(high, upper);
  }
  if (least > total * (1 + 1e-12)) {
    throw fault(
      "total",
      `with the limits of groups at least ${formatNumber(least)} is spent, ${formatNumber(least - total)} above the total of ${formatNumber(total)}.`,
    );
  }
  if (!atMost && most < total * (1 - 1e-12)) {
    throw fault(
      "total",
      `the upper limits allow ${formatNumber(most)}, ${formatNumber(total - most)} below the total of ${formatNumber(total)}. Raise a limit, lower the total, or set use: "at-most".`,
    );
  }
}

function fault(option: string, problem: string, code = "invalid-option"): OptionError {
  return new OptionError(`allocate: ${problem}`, { code, option });
}
