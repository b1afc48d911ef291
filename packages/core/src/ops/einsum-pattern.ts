// Patterns of named axes, "n d, m d -> n m": read and checked against shapes. Knows nothing of arrays.
import { formatShape, ShapeError } from "../errors/index.ts";
import type { Shape } from "../program/index.ts";

export interface Pattern {
  /** Names of the axes of each operand. */
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** @throws ShapeError, with the pattern, when it is malformed or does not fit the shapes. */
export function parsePattern(text: string, shapes: readonly Shape[]): Pattern {
  const given = `pattern "${text}", shapes ${shapes.map(formatShape).join(", ")}`;
  const fail = (code: string, what: string, hint = ""): ShapeError =>
    new ShapeError(`einsum: ${what} (${given}).${hint}`, { code, operation: "einsum", shapes });
  const sides = text.split("->");
  if (sides.length !== 2) {
    throw fail("invalid-pattern", 'one arrow is needed, as in "n d, m d -> n m"');
  }
  const [left, right] = sides as [string, string];
  const terms = left.split(",").map(namesOf);
  const output = namesOf(right);
  const wrong = [...terms.flat(), ...output].find((name) => !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name));
  if (wrong !== undefined) throw fail("invalid-pattern", `"${wrong}" is no name of an axis: letters, digits and _`);
  if (terms.length !== shapes.length) {
    throw fail("operand-count", `axes are listed for ${terms.length} and given are ${shapes.length} arrays`);
  }
  const extents = new Map<string, number>();
  terms.forEach((names, i) => {
    const shape = shapes[i]!;
    const twice = repeated(names);
    if (twice !== undefined) {
      throw fail("repeated-name", `"${twice}" names two axes of array ${i}`, " Take a diagonal with diag first.");
    }
    if (names.length !== shape.length) {
      throw fail(
        "rank-differs",
        `array ${i} has ${shape.length} axes, and its list "${names.join(" ")}" names ${names.length}`,
        " Names are separated by spaces, arrays by commas.",
      );
    }
    names.forEach((name, axis) => {
      const known = extents.get(name) ?? shape[axis]!;
      if (known !== shape[axis]) throw fail("sizes-differ", `"${name}" is ${known} and ${shape[axis]} long`);
      extents.set(name, known);
    });
  });
  const twice = repeated(output);
  if (twice !== undefined) throw fail("repeated-name", `"${twice}" stands twice in the result`);
  const unknown = output.find((name) => !extents.has(name));
  if (unknown !== undefined) throw fail("unknown-name", `"${unknown}" of the result names no axis of the arrays`);
  return { terms, output };
}

function namesOf(text: string): string[] {
  return text.split(/\s+/).filter((name) => name !== "");
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}
