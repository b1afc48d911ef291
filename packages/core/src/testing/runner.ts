// How laws register tests: the caller's runner is passed in, so this library depends on none.

/** Anything with a `test` function: vitest's and node:test's fit. */
export interface Runner {
  test(name: string, body: () => void | Promise<void>): void;
}

/** The outcome of laws that were run without a test runner. */
export interface LawFailure {
  readonly name: string;
  readonly error: unknown;
}

/**
 * Runs laws at once and returns what failed: a law suite is proven by planted mistakes that it has to find.
 *
 * @example
 * ```ts
 * import { defineUnary } from "steepest/ops";
 * import { failuresOf, opLaws } from "steepest/testing";
 * const wrong = defineUnary({ name: "cube", value: (x) => x ** 3, slope: (x) => x.square(), domain: [-2, 2] });
 * console.log(failuresOf((runner) => opLaws(runner, wrong)).length > 0); // true
 * ```
 */
export function failuresOf(laws: (runner: Runner) => void): readonly LawFailure[] {
  const failures: LawFailure[] = [];
  laws({
    test(name, body) {
      try {
        const waiting = body();
        if (!(waiting instanceof Promise)) return;
        waiting.catch(() => undefined); // reported below as what it is: a law that nobody waited for
        throw new LawError("failuresOf: the law is asynchronous. Use await asyncFailuresOf(…).");
      } catch (error) {
        failures.push({ name, error });
      }
    },
  });
  return failures;
}

/**
 * `failuresOf` for laws that wait for something, such as a backend that loads. They run one after another.
 *
 * @example
 * ```ts
 * import { referenceBackend } from "steepest";
 * import { asyncFailuresOf, backendLaws } from "steepest/testing";
 * const failures = await asyncFailuresOf((runner) => backendLaws(runner, async () => referenceBackend, { draws: 1 }));
 * console.log(failures.length); // 0
 * ```
 */
export async function asyncFailuresOf(laws: (runner: Runner) => void): Promise<readonly LawFailure[]> {
  const tests: { name: string; body: () => void | Promise<void> }[] = [];
  laws({ test: (name, body) => tests.push({ name, body }) });
  const failures: LawFailure[] = [];
  for (const { name, body } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push({ name, error });
    }
  }
  return failures;
}

/**
 * The names of all laws, without running them: to see that the mistakes one plants break each of them.
 *
 * @example
 * ```ts
 * import { sgd } from "steepest/optim";
 * import { namesOf, optimizerLaws } from "steepest/testing";
 * console.log(namesOf((runner) => optimizerLaws(runner, "sgd", (learningRate) => sgd({ learningRate })))[0]); // sgd: reaches a minimum
 * ```
 */
export function namesOf(laws: (runner: Runner) => void): readonly string[] {
  const names: string[] = [];
  laws({ test: (name) => names.push(name) });
  return names;
}

/** Fails a law. The text says what was found and what was expected. */
export class LawError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "LawError";
  }
}

/** |a − b| ≤ tolerance·max(1, |a|, |b|) for every pair. NaN equals NaN, ∞ equals itself. @throws LawError with the worst pair. */
export function expectClose(
  what: string,
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
): void {
  if (actual.length !== expected.length) {
    throw new LawError(`${what}: ${actual.length} numbers where ${expected.length} are expected.`);
  }
  let worst = 0;
  let at = -1;
  actual.forEach((a, i) => {
    const b = expected[i]!;
    if (Number.isNaN(worst) || Object.is(a, b) || a === b) return; // nothing is worse than NaN
    const error = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
    if (at === -1 || error > worst || Number.isNaN(error)) [worst, at] = [error, i];
  });
  if (at === -1 || worst <= tolerance) return;
  throw new LawError(
    `${what}: entry ${at} is ${actual[at]}, expected ${expected[at]} (relative error ${worst.toExponential(1)}, allowed ${tolerance}).`,
  );
}
