// Does what a program printed agree with what the comment behind it says?
import { inspect } from "node:util";

/** The ways in which a value may be written in a comment: as it prints; a text also quoted, an array also as nested lists. */
export function writings(value) {
  const texts = [show(value)];
  if (typeof value === "string") texts.push(JSON.stringify(value));
  if (typeof value?.toNested === "function") texts.push(show(value.toNested()));
  return texts;
}

function show(value) {
  if (typeof value === "string") return value;
  if (value === null || typeof value !== "object") return String(value);
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const own = value.toString !== Object.prototype.toString && !isList;
  return own ? String(value) : inspect(value, { depth: 8, breakLength: Number.POSITIVE_INFINITY, compact: true });
}

const tokenPattern = /([-−]?\d+(?:\.\d+)?(?:[eE][-+−]?\d+)?)(…?)|\S/gu;

function tokens(text) {
  const plain = text
    .replaceAll(/['`]/g, '"')
    .replaceAll("\\", "")
    .replaceAll(/(Array)\(\d+\)/g, "$1");
  return [...plain.matchAll(tokenPattern)].map(([all, number, cut]) => {
    return number === undefined ? { text: all } : { number: number.replaceAll("−", "-"), cut: cut === "…" };
  });
}

/**
 * True when `printed` is what `expected` says. Spaces, the kind of quotes and backslashes do not matter. A number agrees to the digits
 * written (half a unit of the last one; one unit when it ends in "…"), a whole number to 1e-9. A final "…" leaves out the rest.
 */
export function agrees(expected, printed) {
  const wanted = tokens(expected);
  const given = tokens(printed);
  const open = wanted.at(-1)?.text === "…";
  if (open) wanted.pop();
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((token, i) => {
    const other = given[i];
    if (token.number === undefined || other.number === undefined)
      return token.text !== undefined && token.text === other.text;
    return Math.abs(Number(token.number) - Number(other.number)) <= tolerance(token);
  });
}

function tolerance({ number, cut }) {
  const [, decimals = "", exponent] = /^-?\d+(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(number);
  if (decimals === "" && exponent === undefined && !cut) return 1e-9 * Math.max(1, Math.abs(Number(number)));
  const unit = 10 ** (Number(exponent ?? 0) - decimals.length);
  return (cut ? 1 : 0.5) * unit * (1 + 1e-9) + 1e-15 * Math.abs(Number(number)); // 17 digits say more than a number holds
}

/** Throws unless the comparison judges right, above all where it must say no. */
export function proveComparison() {
  const cases = [
    ["4 5 6.403…", "4 5 6.4031242374328485", true],
    ["4 5 6.404…", "4 5 6.4009", false],
    ["[[2, 1], [1, 2]]", "[ [ 2, 1 ], [ 1, 2 ] ]", true],
    ["[[2, 1], [1, 2]]", "[ [ 2, 1 ], [ 1, 3 ] ]", false],
    ["2", "2.4", false],
    ["2", "2.0000000000000004", true],
    ["0.33", "0.333333", true],
    ["0.33", "0.34", false],
    ["−12", "-12", true],
    ["12", "-12", false],
    ["1e-3", "0.00104", true],
    ["1.0e-3", "0.00108", false],
    ['["yes"]', "[ 'yes' ]", true],
    ['["yes"]', "[ 'no' ]", false],
    ["Int32Array [0, 1]", "Int32Array(2) [ 0, 1 ]", true],
    ['["say \\"a\\""]', "[ 'say \"a\"' ]", true],
    ["[1, 2, …", "[1, 2, 3, 4]", true],
    ["[1, 3, …", "[1, 2, 3, 4]", false],
    ["converged", "converged after 3 steps", false],
    ["NaN", "1", false],
    ["throws DomainError…", "throws DomainError: log of -1", true],
    ["throws DomainError…", "throws ShapeError: log of -1", false],
  ];
  for (const [expected, printed, right] of cases) {
    if (agrees(expected, printed) !== right)
      throw new Error(`docs: "${expected}" against "${printed}" is judged wrong`);
  }
}
