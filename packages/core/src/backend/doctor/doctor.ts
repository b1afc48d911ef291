// Looks at the engine: which tiers are on, why others are off, whether known results come out right.
import { nativeTier } from "../native/index.ts";
import { decideFma } from "../wasm/relaxed-simd.ts";
import { availableThreads, defaultThreads, threadsMissing } from "../wasm/threads/index.ts";
import { webAssembly } from "../wasm/web-assembly.ts";
import { checkExp, checkProduct, checkThreads } from "./checks.ts";
import type { Check, EngineReport } from "./report.ts";

/**
 * What the engine found here, why a tier is off, and whether a few known results come out right.
 *
 * It obeys the variables STEEPEST_THREADS, STEEPEST_FMA, STEEPEST_NATIVE and STEEPEST_BLAS as the engine does. A tier that is absent
 * is no failure; a check that does not pass is a mistake worth a report. Takes some tenths of a second: threads are started and a
 * native library is tested. In pages threads begin to work only after the calling script has returned, so their check is left out.
 *
 * @example
 * ```ts
 * const { engine, checks } = doctor();
 * checks.every(({ passed }) => passed); // true
 * ```
 */
export function doctor(): EngineReport {
  if (webAssembly === undefined) {
    const reason = "no WebAssembly here";
    return {
      engine: "reference (plain JavaScript)",
      fma: { on: false, reason },
      threads: { used: 1, available: availableThreads(), reason },
      native: { on: false, reason },
      checks: [],
    };
  }
  const fma = decideFma();
  const checks: Check[] = [checkExp(fma.on), checkProduct(fma.on)];
  const wanted = defaultThreads();
  let reason = threadsMissing() ?? (wanted === 1 ? "one is all there is, or STEEPEST_THREADS=1" : "");
  let used = 1;
  if (reason === "") {
    const { ready, ...check } = checkThreads(fma.on, wanted);
    used = ready;
    reason = ready === wanted ? "workers over shared memory" : "some workers have not started";
    if (ready > 1) checks.push(check);
  }
  const state = nativeTier();
  const native =
    "tier" in state
      ? { on: true, reason: `${state.tier.library} (${state.tier.config})`, gain: state.tier.gain }
      : { on: false, reason: state.reason };
  return {
    engine: "wasm SIMD128 · memory32",
    fma,
    threads: { used, available: availableThreads(), reason },
    native,
    checks,
  };
}
