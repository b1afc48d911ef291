import { describe, expect, it } from "vitest";
import { VERBS } from "../src/verbs.ts";
import { useCli } from "./cli.ts";

const cli = useCli();

describe("help", () => {
  it("names every verb, the exit codes, and nothing that does not work", async () => {
    const { code, stdout, stderr } = await cli.run(["--help"]);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: steepest [options] [command]

      Train, evaluate and use models from the command line, and see how backpropagation gets its numbers.

      Options:
        --version                               the version of steepest
        -h, --help                              this text, or that of a verb: steepest train --help

      Commands:
        train [options] <data>                  Fit a model to a table, judge it on rows that it has not
                                                seen, and keep both in a folder
        compare-optimizers [options] <problem>  Let optimizers descend side by side: on a surface
                                                (quadratic, rosenbrock, beale) or on a table
        evaluate [options] <run> <data>         Measure a saved model on a table that has the target
        predict [options] <run> <data>          Score a table, or standard input (-), row by row, any
                                                length
        report [options] <run...>               Write the report of a run again, or compare several runs
                                                in one page
        solve [options] <problem>               Split a budget over cities so that returns are largest,
                                                with the price of one more unit
        explain [options] <expression>          Show the forward and the backward pass of an expression,
                                                step by step
        figures [options]                       Draw the gallery, or some of it, as SVG, PNG and Vega JSON
        doctor [options]                        Show what the engine found here: SIMD, FMA, threads,
                                                native library, and a few known results

      Exit codes: 0 done · 1 failure · 2 the request or the data is wrong · 3 not converged (results are written)
                  4 a gate failed · 130 interrupted
      "
    `);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("comes without a word, too", async () => {
    expect((await cli.run([])).stdout).toBe((await cli.run(["--help"])).stdout);
  });

  it.each([[["help", "train"]], [["train", "-h"]]])("%j is train --help", async (words) => {
    expect((await cli.run(words)).stdout).toBe((await cli.run(["train", "--help"])).stdout);
  });

  it("a misspelt verb offers the nearest one", async () => {
    const { code, stderr } = await cli.run(["trian", "x.csv"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest: unknown command 'trian' (OptionError unknown-command)
        fix       did you mean "train"?
                  steepest --help  shows how it is meant
      "
    `);
    expect(code).toBe(2);
  });

  it.each([[["foo", "--help"]], [["help", "foo"]], [["foo"]]])("%j is no verb, with help or without", async (words) => {
    const { code, stdout, stderr } = await cli.run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("unknown command 'foo'");
  });

  it("a missing argument is named", async () => {
    const { code, stderr } = await cli.run(["evaluate", "runs/bc"]);
    expect(stderr).toMatchInlineSnapshot(`
      "steepest evaluate: missing required argument 'data' (OptionError missing-argument)
        fix       steepest evaluate --help  shows how it is meant
      "
    `);
    expect(code).toBe(2);
  });

  it("--version is the version of the package", async () => {
    expect((await cli.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("the examples of every verb work as they stand", () => {
  it.each(VERBS.map((verb) => [verb.name, verb] as const))("steepest %s --help", async (name, verb) => {
    const { stdout } = await cli.run([name, "--help"]);
    expect(verb.examples.length).toBeGreaterThanOrEqual(3);
    for (const example of verb.examples) {
      expect(stdout).toContain(`  ${example}\n`);
      const { code, stderr } = await cli.shell(example);
      expect({ example, code, stderr }).toEqual({ example, code: 0, stderr });
    }
  });
});
