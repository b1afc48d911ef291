// Which backend runs eager operations and programs. The only module that imports implementations.
import type { Backend } from "./interface.ts";
import { wasmBackend } from "./wasm/wasm.ts";

let current: Backend = wasmBackend;

export function currentBackend(): Backend {
  return current;
}

/** Makes `backend` run what is computed from now on in this realm. */
export function useBackend(backend: Backend): void {
  current = backend;
}
