import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// The language leaves the last bits of log, cos, pow and friends to the engine; + − × ÷ and these are exact everywhere.
const EXACT = ["sqrt", "floor", "fround", "max", "min"];

/** What a source text uses that is not the same on every engine. */
function inexact(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*/g, "");
  const functions = [...code.matchAll(/Math\.(\w+)/g)].map(([, name]) => name!).filter((name) => !EXACT.includes(name));
  return [...functions, ...(code.includes("**") ? ["**"] : [])];
}

describe("the source of random numbers", () => {
  const files = readdirSync(import.meta.dirname).filter((file) => /(?<!\.test)\.ts$/.test(file));

  it.each(files)("%s uses operations that are the same on every engine", (file) => {
    expect(inexact(readFileSync(`${import.meta.dirname}/${file}`, "utf8"))).toEqual([]);
  });

  it("is searched in earnest: a logarithm and a power are found, comments are not", () => {
    expect(inexact("const z = Math.log(u) * 2 ** -64; // Math.cos")).toEqual(["log", "**"]);
    expect(files).toContain("normal-quantile.ts");
  });
});
