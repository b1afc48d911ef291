// Functions that other threads and machines can find again.
import { OptionError } from "../errors/index.ts";

/**
 * A function that other threads and machines can find again: it is exported from a module under a name.
 * Calling it runs it here. Closures cannot be sent; the types say so where an executor is given.
 */
export interface Task<I, O> {
  (input: I): O;
  /** What `import()` takes where it runs: the URL of a module, or the name of a package. */
  readonly module: string;
  readonly exportName: string;
}

/**
 * Names a function, so that workers can import it: `export const f = task(import.meta.url, "f", (input) => …)`.
 *
 * @throws OptionError when the module or the name is empty.
 *
 * @example
 * ```ts
 * import { inProcess, task } from "steepest/executor";
 * const double = task(import.meta.url, "double", (x: number) => 2 * x);
 * console.log(await inProcess.map(double, [1, 2, 3])); // [2, 4, 6]
 * ```
 */
export function task<I, O>(module: string, exportName: string, run: (input: I) => O): Task<I, O> {
  for (const [option, given] of [
    ["module", module],
    ["exportName", exportName],
  ] as const) {
    if (typeof given === "string" && given !== "") continue;
    throw new OptionError(
      `task: ${option} must be a text that is not empty, as in task(import.meta.url, "name", (input) => …).`,
      { code: "invalid-option", option },
    );
  }
  return Object.assign((input: I): O => run(input), { module, exportName });
}
