// Budgets against exact answers, by two methods; limits, groups, prices by differences, certificates, input that cannot be.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inProcess } from "../executor/index.ts";
import { type AllocateOptions, allocate, type Party } from "./index.ts";

const read = (name: string) => JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8"));
const five = read("budget.json") as {
  readonly scale: number[];
  readonly saturation: number[];
  readonly lower: number[];
  readonly upper: number[];
  readonly cases: readonly {
    total: number;
    spend: number[];
    price: number;
    value: number;
    muLower: number[];
    muUpper: number[];
  }[];
  readonly region: { spend: number[]; price: number; regionPrice: number; marginalRegion: number };
};
const large = read("budget-large.json") as {
  readonly cases: readonly {
    cities: number;
    mixed: boolean;
    total: number;
    price: number;
    value: number;
    sumOfSquares: number;
    step: number;
    spend: number[];
  }[];
};

const names = ["Ankara", "Bremen", "Cork", "Delft", "Évora"];
const cities: Party[] = five.scale.map((scale, i) => ({
  name: names[i]!,
  response: { form: "log", scale, saturation: five.saturation[i]! },
  lower: five.lower[i]!,
  upper: five.upper[i]!,
  group: i < 3 ? "region" : "rest",
}));

/** City i of bench/reference/budget.py. */
function city(i: number, mixed: boolean): Party {
  const [a, b, c] = [(i * 0.6180339887498949) % 1, (i * 0.414213562373095) % 1, (i * 0.302775637731995) % 1];
  const lower = 1 + 4 * c;
  const limits = { name: `city ${i}`, lower, upper: lower + 10 + 50 * b };
  if (mixed && i % 3 === 1)
    return { ...limits, response: { form: "power", scale: 0.5 + 4 * a, exponent: 0.2 + 0.6 * b } };
  if (mixed && i % 3 === 2)
    return { ...limits, response: { form: "hill", scale: 2 + 8 * a, half: 5 + 20 * b, steepness: 1 } };
  return { ...limits, response: { form: "log", scale: 1 + 9 * a, saturation: 2 + 20 * b } };
}
const manyCities = (n: number, mixed: boolean) => Array.from({ length: n }, (_, i) => city(i, mixed));

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(1e-300, Math.abs(b));
const worst = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => relative(v, b[i]!)));
const sum = (x: readonly number[]) => x.reduce((s, v) => s + v, 0);

describe.each(["bisection", "admm"] as const)("five cities by %s", (method) => {
  it.each(five.cases)("total $total is the exact plan, with its price", async ({ total, spend, price, value }) => {
    const plan = await allocate(cities, { total, method });
    expect(plan.status).toBe("converged");
    expect(worst(plan.spend.toArray(), spend)).toBeLessThan(1e-8);
    expect(relative(plan.shadowPrice, price)).toBeLessThan(1e-8);
    expect(relative(plan.value, value)).toBeLessThan(1e-10);
    expect(sum(plan.spend.toArray())).toBeLessThanOrEqual(total * (1 + 1e-9));
    expect(plan.gap!).toBeGreaterThan(-1e-12 * value);
    expect(plan.gap!).toBeLessThan(1e-8);
  });

  it("a limit on a region has a price of its own", async () => {
    const plan = await allocate(cities, { total: 100, groups: { region: { upper: 50 } }, method });
    const { spend, price, regionPrice } = five.region;
    expect(worst(plan.spend.toArray(), spend)).toBeLessThan(1e-8);
    expect(relative(plan.shadowPrice, price)).toBeLessThan(1e-7);
    expect(relative(plan.groupPrices["region"]!, regionPrice)).toBeLessThan(1e-7);
    expect(plan.gap!).toBeLessThan(1e-7);
  });

  it("at most: beyond all upper limits the price is 0, below it is the plan of equal", async () => {
    const rich = await allocate(cities, { total: 250, use: "at-most", method });
    expect(rich.spend.toArray()).toEqual(five.upper);
    expect(Math.abs(rich.shadowPrice)).toBeLessThan(1e-12);
    const poor = await allocate(cities, { total: 100, use: "at-most", method });
    expect(worst(poor.spend.toArray(), [21, 18.25, 26.5, 7.5, 26.75])).toBeLessThan(1e-8);
  });

  it("a reference plan pulls towards itself, with the price in its equations", async () => {
    const weight = 0.01;
    const parties = cities.map((party, i) => ({ ...party, reference: { value: [30, 10, 20, 20, 20][i]!, weight } }));
    const { rows, shadowPrice, spend } = await allocate(parties, { total: 100, method });
    for (const { at, marginal } of rows)
      if (at === "inside") expect(relative(marginal, shadowPrice)).toBeLessThan(1e-7);
    expect(sum(spend.toArray())).toBeCloseTo(100, 9);
    expect(spend.toArray()[0]!).toBeGreaterThan(22); // 21 without a reference
  });
});

describe("many cities", () => {
  it.each(large.cases)("$cities cities, total $total, mixed $mixed: the exact plan", async (exact) => {
    const parties = manyCities(exact.cities, exact.mixed);
    const plan = await allocate(parties, { total: exact.total });
    const spend = plan.spend.toArray();
    expect([plan.status, plan.method]).toEqual(["converged", "bisection"]);
    expect(
      worst(
        exact.spend,
        spend.filter((_, i) => i % exact.step === 0),
      ),
    ).toBeLessThan(1e-8);
    expect(relative(plan.shadowPrice, exact.price)).toBeLessThan(1e-8);
    expect(relative(plan.value, exact.value)).toBeLessThan(1e-10);
    expect(relative(sum(spend.map((b) => b * b)), exact.sumOfSquares)).toBeLessThan(1e-8);
    expect(sum(spend)).toBeLessThanOrEqual(exact.total * (1 + 1e-9));
    expect(spend.every((b, i) => b >= parties[i]!.lower! && b <= parties[i]!.upper!)).toBe(true);
  });

  it("ADMM agrees for 1,000 cities, through an executor too", async () => {
    const exact = large.cases[0]!;
    const parties = manyCities(1000, true);
    const here = await allocate(parties, { total: exact.total, method: "admm" });
    expect(here.status).toBe("converged");
    expect(worst(here.spend.toArray(), exact.spend)).toBeLessThan(1e-8);
    expect(relative(here.shadowPrice, exact.price)).toBeLessThan(1e-8);
    const there = await allocate(parties, { total: exact.total, method: "admm", executor: inProcess });
    expect(there.spend.toArray()).toEqual(here.spend.toArray());
  });
});

describe("laws of budgets", () => {
  const party = fc.record({
    form: fc.constantFrom("log", "power", "hill", "spline"),
    scale: fc.integer({ min: 1, max: 50 }),
    shape: fc.integer({ min: 1, max: 9 }),
    lower: fc.integer({ min: 0, max: 5 }),
    width: fc.integer({ min: 0, max: 20 }),
    group: fc.constantFrom("a", "b", undefined),
    weight: fc.constantFrom(0, 0, 0.05),
  });
  type Drawn = typeof party extends fc.Arbitrary<infer T> ? T : never;
  const toParty = ({ form, scale, shape, lower, width, group, weight }: Drawn, i: number): Party => ({
    name: `c${i}`,
    lower,
    upper: lower + width,
    ...(group !== undefined && { group }),
    ...(weight > 0 && { reference: { value: lower + width / 3, weight } }),
    response:
      form === "log"
        ? { form, scale, saturation: shape }
        : form === "power"
          ? { form, scale, exponent: shape / 10 }
          : form === "hill"
            ? { form, scale, half: shape, steepness: 0.8 }
            : { form: "spline", knots: [0, shape, 30], values: [0, scale, scale * 1.5] },
  });
  const budgets = fc.record({
    parties: fc.array(party, { minLength: 1, maxLength: 12 }).map((list) => list.map(toParty)),
    share: fc.constantFrom(0, 0.01, 0.3, 0.5, 0.9, 1),
    atMost: fc.boolean(),
    groupShare: fc.constantFrom(0.2, 0.6, 1),
  });
  const optionsOf = ({
    parties,
    share,
    atMost,
    groupShare,
  }: typeof budgets extends fc.Arbitrary<infer T> ? T : never): AllocateOptions => {
    const ends = (list: readonly Party[]) =>
      [sum(list.map(({ lower }) => lower!)), sum(list.map(({ upper }) => upper!))] as const;
    const members = parties.filter(({ group }) => group === "a");
    const [low, high] = ends(members);
    const upper = low + groupShare * (high - low);
    const [least, most] = ends(parties);
    const total = least + share * (most - high + upper - least);
    return { total, use: atMost ? "at-most" : "equal", ...(members.length > 0 && { groups: { a: { upper } } }) };
  };

  it("every plan is feasible, and its certificate holds: no gap", async () => {
    await fc.assert(
      fc.asyncProperty(budgets, async (drawn) => {
        const options = optionsOf(drawn);
        const { spend, gap, value, shadowPrice, rows, status } = await allocate(drawn.parties, options);
        const plan = spend.toArray();
        const spent = sum(plan);
        expect(status).toBe("converged");
        expect(spent).toBeLessThanOrEqual(options.total * (1 + 1e-12) + 1e-12);
        if (options.use === "equal") expect(spent).toBeGreaterThanOrEqual(options.total * (1 - 1e-12) - 1e-12);
        for (const [i, b] of plan.entries()) {
          expect(b).toBeGreaterThanOrEqual(drawn.parties[i]!.lower!);
          expect(b).toBeLessThanOrEqual(drawn.parties[i]!.upper!);
        }
        const group = sum(plan.filter((_, i) => drawn.parties[i]!.group === "a"));
        if (options.groups !== undefined)
          expect(group).toBeLessThanOrEqual(options.groups["a"]!.upper! * (1 + 1e-12) + 1e-12);
        expect(Math.abs(gap!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
        if (options.use === "at-most") expect(shadowPrice).toBeGreaterThanOrEqual(0);
        expect(rows.length).toBe(plan.length);
      }),
      { numRuns: 300 },
    );
  });

  it("bisection and ADMM agree", async () => {
    await fc.assert(
      fc.asyncProperty(budgets, async (drawn) => {
        const options = optionsOf(drawn);
        const [exact, admm] = [
          await allocate(drawn.parties, options),
          await allocate(drawn.parties, { ...options, method: "admm" }),
        ];
        // plans may differ where returns are straight; returns may not
        expect(Math.abs(admm.value - exact.value)).toBeLessThan(1e-7 * Math.max(1, Math.abs(exact.value)));
        expect(sum(admm.spend.toArray())).toBeLessThanOrEqual(options.total * (1 + 1e-9) + 1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it("the shadow price is what one more unit brings", async () => {
    for (const { total, price } of five.cases.slice(0, 5)) {
      const [low, high] = [
        await allocate(cities, { total: total - 1e-4 }),
        await allocate(cities, { total: total + 1e-4 }),
      ];
      expect((high.value - low.value) / 2e-4).toBeCloseTo(price, 7); // central differences: 1e-8·value''' and rounding of 1e-11
    }
  });

  it("the price of a group is what one more unit of its limit brings", async () => {
    const at = async (upper: number) => (await allocate(cities, { total: 100, groups: { region: { upper } } })).value;
    expect(((await at(50 + 1e-4)) - (await at(50 - 1e-4))) / 2e-4).toBeCloseTo(five.region.regionPrice, 7);
  });

  it("a lower limit of a group has a negative price", async () => {
    const plan = await allocate(cities, { total: 100, groups: { region: { lower: 80 } } });
    expect(sum(plan.spend.toArray().slice(0, 3))).toBeCloseTo(80, 10);
    expect(plan.groupPrices["region"]).toBeLessThan(-0.01);
    expect(Math.abs(plan.gap!)).toBeLessThan(1e-10);
  });

  it("rows of limits are kept, with a price each", async () => {
    const limits = { A: [[1, 0, 0, -1, 0]], upper: [5] }; // Ankara gets at most 5 more than Delft
    const plan = await allocate(cities, { total: 100, limits });
    const [ankara, , , delft] = plan.spend.toArray();
    expect([plan.method, plan.status]).toEqual(["admm", "converged"]);
    expect(ankara! - delft!).toBeCloseTo(5, 7);
    expect(plan.limitPrices[0]!).toBeGreaterThan(0);
    expect(plan.gap!).toBeLessThan(1e-7);
    const more = await allocate(cities, { total: 100, limits: { ...limits, upper: [5.01] } });
    const less = await allocate(cities, { total: 100, limits: { ...limits, upper: [4.99] } });
    expect((more.value - less.value) / 0.02).toBeCloseTo(plan.limitPrices[0]!, 4);
  });

  it("order of parties does not matter", async () => {
    const plan = await allocate(cities, { total: 100 });
    const turned = await allocate([...cities].reverse(), { total: 100 });
    expect(worst(turned.spend.toArray().reverse(), plan.spend.toArray())).toBeLessThan(1e-14);
  });
});

describe("planted mistakes would be seen", () => {
  it("a plan 6.6 % over its total, as a run of ten iterations without the last step ends", async () => {
    const plan = await allocate(cities, { total: 100, method: "admm", maxSteps: 2 });
    expect(plan.status).toBe("max-steps");
    expect(Math.abs(sum(plan.spend.toArray()) - 100)).toBeLessThan(1e-7);
    expect(plan.gap!).toBeGreaterThan(1e-4); // honest about what is missing
  });
  it("a price with the other sign makes no bound", async () => {
    const { price, spend, bound, value } = await allocate(cities, { total: 100 });
    // Σ max(return − λb) + λ·total with −λ: everybody takes the upper limit
    const wrong = -price.toArray()[0]!;
    const claimed = five.upper.reduce(
      (s, b, i) => s + five.scale[i]! * Math.log1p(b / five.saturation[i]!) - wrong * b,
      wrong * 100,
    );
    expect(spend.size).toBe(5);
    expect(bound! - value).toBeLessThan(1e-12);
    expect(claimed - value).toBeGreaterThan(1);
  });
});

describe("curves that are not concave", () => {
  const hill = (name: string, scale: number): Party => ({
    name,
    response: { form: "hill", scale, half: 10, steepness: 3 },
    upper: 40,
  });
  it("are solved locally, said so, and are no worse than any split on a grid", async () => {
    const parties = [hill("x", 5), hill("y", 4)];
    const { status, message, bound, spend, value } = await allocate(parties, { total: 18 });
    expect([status, bound]).toEqual(["converged", undefined]);
    expect(message).toContain('The result is local: the returns of "x", "y" are not concave.');
    const h = (s: number, b: number) => (s * b ** 3) / (1000 + b ** 3);
    const best = Math.max(...Array.from({ length: 1801 }, (_, i) => h(5, i / 100) + h(4, 18 - i / 100)));
    expect(value).toBeGreaterThan(best - 1e-4);
    expect(sum(spend.toArray())).toBeCloseTo(18, 9);
  });
  it("are exact where their lower limit lies in the concave part", async () => {
    const parties = [hill("x", 5), hill("y", 4)].map((one) => ({ ...one, lower: 9 }));
    expect((await allocate(parties, { total: 30 })).gap!).toBeLessThan(1e-12);
  });
});

it("input that cannot be is named, with by how much", async () => {
  const log = { form: "log", scale: 1, saturation: 1 } as const;
  const calls: readonly (readonly [string, readonly Party[], object])[] = [
    ["too little", cities, { total: 20 }],
    ["too much", cities, { total: 250 }],
    ["no party", [], { total: 1 }],
    ["no total", cities, {}],
    ["misspelt", cities, { total: 100, grups: {} }],
    ["limits exchanged", [{ name: "x", response: log, lower: 3, upper: 2 }], { total: 3 }],
    ["NaN", [{ name: "x", response: { ...log, scale: Number.NaN } }], { total: 3 }],
    ["no form", [{ name: "x", response: {} as never }], { total: 3 }],
    ["exponent 1", [{ name: "x", response: { form: "power", scale: 1, exponent: 1 } }], { total: 3 }],
    [
      "a spline that bends up",
      [{ name: "x", response: { form: "spline", knots: [0, 1, 2], values: [0, 1, 3] } }],
      { total: 3 },
    ],
    ["unknown group", cities, { total: 100, groups: { regon: { upper: 3 } } }],
    ["a group too small", cities, { total: 100, groups: { region: { upper: 10 } } }],
    ["a group too demanding", cities, { total: 100, groups: { region: { lower: 150 } } }],
    ["groups leave too little", cities, { total: 200, groups: { region: { upper: 20 } } }],
    ["rows that contradict", cities, { total: 100, limits: { A: [[1, 1, 1, 1, 1]], upper: [50] } }],
    ["rows of another length", cities, { total: 100, limits: { A: [[1, 1]], upper: [50] } }],
    [
      "bisection of a bent curve",
      [{ name: "x", response: { form: "hill", scale: 1, half: 1, steepness: 2 } }],
      { total: 3, method: "bisection" },
    ],
  ];
  const texts: string[] = [];
  for (const [what, parties, options] of calls) {
    const text = await allocate(parties, options as AllocateOptions).then(
      () => "nothing",
      (error) => String(error),
    );
    texts.push(`${what}: ${text}`);
  }
  expect(texts).toMatchInlineSnapshot(`
    [
      "too little: OptionError: allocate: the lower limits sum to 25, 5 above the total of 20. Lower a limit, or raise the total.",
      "too much: OptionError: allocate: the upper limits allow 240, 10 below the total of 250. Raise a limit, lower the total, or set use: "at-most".",
      "no party: OptionError: allocate: there is no party. Give a list with at least one.",
      "no total: OptionError: allocate: total is required.",
      "misspelt: OptionError: allocate: unknown option "grups". Did you mean "groups"?",
      "limits exchanged: OptionError: allocate: "x": upper must be at least lower, got lower 3 and upper 2.",
      "NaN: OptionError: allocate: "x": scale must be positive, got NaN, in the response {"form":"log","scale":null,"saturation":1}.",
      "no form: OptionError: allocate: "x": form must be "log", "power", "hill" or "spline", in the response {}.",
      "exponent 1: OptionError: allocate: "x": exponent must lie between 0 and 1, got 1, in the response {"form":"power","scale":1,"exponent":1}.",
      "a spline that bends up: OptionError: allocate: "x": values must rise more and more slowly (concave), but the slope grows at knot 1; fitResponse makes a curve that is concave, in the response {"form":"spline","knots":[0,1,2],"values":[0,1,3]}.",
      "unknown group: OptionError: allocate: no party is in the group "regon". Groups of parties: "region", "rest".",
      "a group too small: OptionError: allocate: the lower limits in group "region" sum to 15, above its upper limit 10.",
      "a group too demanding: OptionError: allocate: group "region" can take at most 140, below its lower limit 150.",
      "groups leave too little: OptionError: allocate: the upper limits allow 120, 80 below the total of 200. Raise a limit, lower the total, or set use: "at-most".",
      "rows that contradict: OptionError: allocate: no plan keeps the total, the limits of the parties, the groups and \`limits\` together. Loosen one of the rows of \`limits\`.",
      "rows of another length: ShapeError: allocate: limits.A must be [rows, 5], one column per party, with lower and upper of as many rows, got A [1, 2], lower 1, upper 1.",
      "bisection of a bent curve: OptionError: allocate: the return of "x" is not concave below 0.577, so no price clears the budget for sure. Use method "admm", or raise its lower limit.",
    ]
  `);
});
