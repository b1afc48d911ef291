// How the engine computes: threads, and whether bits are those of this machine or of every machine.
import { useBackend, wasmBackend } from "steepest";
import { type Flag, integer } from "./flags.ts";

/** Plain data: crosses threads. */
export interface EngineRequest {
  readonly threads?: number;
  /** No fused multiply-add, no library of the system. */
  readonly reproducible: boolean;
}

export const ENGINE_FLAGS: { readonly threads: Flag<string, number> } = { threads: integer(1) };

export function engineOf(
  { threads }: { readonly threads?: number },
  flags: Readonly<Record<string, unknown>>,
): EngineRequest {
  return { ...(threads === undefined ? {} : { threads }), reproducible: flags["reproducible"] === true };
}

/** For this thread, from here on. */
export function configureEngine({ threads, reproducible }: EngineRequest): void {
  if (threads === undefined && !reproducible) return;
  useBackend(
    wasmBackend.with({
      ...(threads === undefined ? {} : { threads }),
      ...(reproducible ? { reproducible: "portable" } : {}),
    }),
  );
}
