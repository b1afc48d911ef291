import { DataError, type OptionChecker } from "../errors/index.ts";

/** What 0/0 is worth. */
export interface ZeroDivisionOptions {
  /** Value of 0/0 in precision, recall, specificity and F-scores. Default 0; "throw" gives DataError. */
  zeroDivision?: number | "throw";
}

export function checkZeroDivision(checker: OptionChecker, options: ZeroDivisionOptions): OptionChecker {
  return options.zeroDivision === "throw" ? checker : checker.number("zeroDivision");
}

/** The number to put for 0/0, where it does not throw. */
export function zeroValue(options: ZeroDivisionOptions): number {
  return typeof options.zeroDivision === "number" ? options.zeroDivision : 0;
}

/** @throws DataError when `names` is not empty and the option says "throw". */
export function throwOnZeroDivision(owner: string, names: readonly string[], options: ZeroDivisionOptions): void {
  if (options.zeroDivision !== "throw" || names.length === 0) return;
  throw new DataError(
    `${owner}: ${names.join(", ")} would be 0/0, because a class was never predicted or never occurs. Pass zeroDivision: 0 (or another number) to count it as that.`,
    { code: "zero-division", received: names.join(", ") },
  );
}
