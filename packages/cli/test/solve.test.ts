import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
/** Residuals and gaps are rounding: they differ between hosts. */
const masked = (text: string) => text.replace(/\d\.\de[-+]\d+/g, "x.xe-x");

describe("steepest solve", () => {
  it("splits the budget of the tutorial, with its price", async () => {
    const { code, stdout, stderr } = await cli.run(["solve", "data/cities.json", "--method", "admm"]);
    expect(masked(stdout)).toMatchInlineSnapshot(`
      "budget 100 over 5 cities: optimal, 21.382448
        city    share  marginal return
        Ankara  21.00          0.12903
        Bremen  18.25          0.12903
        Cork    26.50          0.12903
        Delft    7.50          0.12903
        Évora   26.75          0.12903
      shadow price of the budget 0.129032 (= 4/31)   residuals primal x.xe-x dual x.xe-x   gap against the exact dual x.xe-x
      "
    `);
    expect(stderr).toBe("figure and table in runs/cities\n");
    expect(code).toBe(0);
    expect(cli.read("runs/cities/allocation.csv").split("\n")[0]).toBe("name,spend,return,marginal,at");
    expect(cli.read("runs/cities/allocation.svg")).toContain("<svg");
    expect(cli.read("runs/cities/residuals.svg")).toContain("<svg");
    const html = cli.read("runs/cities/report.html");
    expect(html).toContain("Budget of 100 over 5 cities");
    expect(html).not.toMatch(/<script|src="http|href="http/);
  });

  it("gives everything as JSON, exact to rounding by bisection, and overwrites only when told", async () => {
    const words = ["solve", "data/cities.json", "--json", "--quiet"];
    const { code, stdout } = await cli.run(words);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe("run-exists");
    const forced = JSON.parse((await cli.run([...words, "--force"])).stdout);
    expect(forced.rows.map((row: { spend: number }) => Number(row.spend.toFixed(9)))).toEqual([
      21, 18.25, 26.5, 7.5, 26.75,
    ]);
    expect(forced.shadowPrice).toBeCloseTo(4 / 31, 12);
    expect(forced.value).toBeCloseTo(21.382447833545623, 10);
    expect([forced.status, forced.method]).toEqual(["converged", "bisection"]);
  });

  it("equal commands write equal files", async () => {
    const names = ["allocation.csv", "allocation.svg", "report.html", "solution.json"];
    const run = async () => {
      await cli.run(["solve", "data/cities.json", "--out", "runs/same", "--force"]);
      return names.map((name) => cli.read(`runs/same/${name}`));
    };
    expect(await run()).toEqual(await run());
  });

  it("fits curves from data, keeps groups, reads standard input", async () => {
    const spend = [1, 2, 5, 10, 20, 40];
    const problem = {
      total: 50,
      groups: { north: { upper: 15 } },
      parties: [
        {
          name: "a",
          group: "north",
          response: { fit: "log", spend, observed: spend.map((b) => 4 * Math.log(1 + b / 10)) },
        },
        { name: "b", group: "south", response: { fit: "spline", spend, observed: spend.map((b) => Math.sqrt(b)) } },
      ],
    };
    const { code, stdout } = await cli.run(["solve", "-", "--out", "runs/fit"], { input: JSON.stringify(problem) });
    expect(masked(stdout)).toMatchInlineSnapshot(`
      "budget 50 over 2 parties: optimal, 9.5862056
        party   share  marginal return
        a      15.000          0.16000
        b      35.000         0.084675
      shadow price of the budget 0.0846753   gap against the exact dual x.xe-x
      price of the limit of "north" 0.0753247
      "
    `);
    expect(code).toBe(0);
    expect(cli.read("runs/fit/report.html")).toContain("Curves from data");
  });

  it("does not call a short run solved: exit code 3, with a plan that keeps the total", async () => {
    const words = [
      "solve",
      "data/cities.json",
      "--method",
      "admm",
      "--tol",
      "1e-300",
      "--out",
      "runs/short",
      "--json",
      "--quiet",
    ];
    const { code, stdout } = await cli.run(words);
    expect(code).toBe(3);
    const { status, spent } = JSON.parse(stdout);
    expect(status).toBe("max-steps");
    expect(Math.abs(spent - 100)).toBeLessThan(1e-7);
  });

  it("1,000 cities show the largest shares, and all in the table", async () => {
    const cities = Array.from({ length: 1000 }, (_, i) => ({
      name: `city, ${i}`,
      response: { form: "log", scale: 1 + (i % 7), saturation: 2 + (i % 5) },
      upper: 80,
    }));
    const file = cli.file("many.json", JSON.stringify({ total: 20_000, cities }));
    const { stdout } = await cli.run(["solve", file]);
    expect(stdout).toContain("and 970 more with smaller shares");
    const lines = cli.read("runs/many/allocation.csv").trim().split("\n");
    expect([lines.length, lines[1]!.startsWith('"city, 0",')]).toEqual([1001, true]);
  });

  it("says what is wrong with a file, and all of it", async () => {
    const files = [
      ["not JSON", "{"],
      ["an expression", JSON.stringify({ minimize: "x^2" })],
      ["misspelt and missing", JSON.stringify({ totl: 100, cities: [{ name: "x", response: { form: "lg" } }] })],
      [
        "too little",
        JSON.stringify({
          total: 1,
          cities: [{ name: "x", response: { form: "log", scale: 1, saturation: 1 }, lower: 5 }],
        }),
      ],
      [
        "data that fall",
        JSON.stringify({
          total: 1,
          cities: [{ name: "x", response: { fit: "spline", spend: [1, 2], observed: [2, 1] } }],
        }),
      ],
    ] as const;
    const texts: string[] = [];
    for (const [what, content] of files) {
      const { code, stderr } = await cli.run(["solve", cli.file(`${what.replaceAll(" ", "-")}.json`, content)]);
      expect(code).toBe(2);
      texts.push(stderr.replace(/not JSON: .* \(/, "not JSON: … (")); // that text is the engine's
    }
    expect(texts.join("\n")).toMatchInlineSnapshot(`
      "steepest solve: the file is not JSON: … (DataError invalid-json)
        file      not-JSON.json
        fix       check commas, quotes and brackets near there

      steepest solve: expressions cannot be solved from a file yet; this command solves budgets (DataError not-a-budget)
        file      an-expression.json
        fix       { "total": 100, "cities": [{ "name": "Cork", "response": { "form": "log", "scale": 6, "saturation": 20 } }] }

      steepest solve: 3 problems
      - "total" is missing (DataError invalid-problem)
        file      misspelt-and-missing.json
      - "cities.0.response.form" must be ("log" | "power" | "hill" | "spline"), got "lg" (DataError invalid-problem)
        file      misspelt-and-missing.json
      - "totl" has no meaning in a budget (DataError invalid-problem)
        file      misspelt-and-missing.json
        fix       did you mean "total"?

      steepest solve: the lower limits sum to 5, 4 above the total of 1. Lower a limit, or raise the total (OptionError invalid-option)

      steepest solve: the curve of "x" cannot be fitted: returns do not rise with spend (DataError not-rising)
        file      data-that-fall.json
      "
    `);
  });

  it("says what is wrong with flags", async () => {
    const { code, stderr } = await cli.run(["solve", "data/cities.json", "--method", "adm", "--rho", "-1"]);
    expect(code).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest solve: 2 problems
      - --method must be one of auto, bisection, admm, got "adm" (OptionError invalid-option)
        received  "adm"               expected  one of auto, bisection, admm
        fix       did you mean "admm"?
      - --rho must be a positive number, got "-1" (OptionError invalid-option)
        received  "-1"                expected  a positive number
      "
    `);
  });

  it("the example in the repository is the one in the data", () => {
    const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
    expect(read("examples/cities.json")).toBe(read("data/cities.json"));
  });
});
