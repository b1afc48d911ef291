// How many threads there could be, and whether there can be any.
import { builtinModule, environment } from "../../platform.ts";

/** More threads than this rarely help: memory is shared. */
const MOST = 8;

/** Threads of the machine that this process may use, the calling one included; 1 where it is unknown. */
export function availableThreads(): number {
  const os = builtinModule<{ availableParallelism?(): number; cpus(): readonly unknown[] }>("node:os");
  if (os !== undefined) return os.availableParallelism?.() ?? os.cpus().length;
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } }; // no platform types in core
  return navigator?.hardwareConcurrency ?? 1;
}

/** STEEPEST_THREADS, or what the machine has, at most 8. */
export function defaultThreads(): number {
  const wanted = Number(environment("STEEPEST_THREADS") ?? Number.NaN);
  return Number.isInteger(wanted) && wanted >= 1 ? wanted : Math.min(MOST, availableThreads());
}

/** Why there can be no threads, or `undefined` if there can. */
export function threadsMissing(): string | undefined {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean }; // no platform types in core
  if (typeof SharedArrayBuffer === "undefined" || crossOriginIsolated === false) {
    return "memory cannot be shared here: pages need the headers COOP and COEP (cross-origin isolation)";
  }
  return undefined;
}
