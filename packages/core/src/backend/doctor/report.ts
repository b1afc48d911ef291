// What the engine finds on this machine, as data.

export interface EngineReport {
  /** What runs compiled programs: "wasm SIMD128 · memory32", or "reference (plain JavaScript)". */
  readonly engine: string;
  readonly fma: { readonly on: boolean; readonly reason: string };
  readonly threads: { readonly used: number; readonly available: number; readonly reason: string };
  readonly native: {
    readonly on: boolean;
    /** The library and its build, or what is missing. */
    readonly reason: string;
    /** How much faster than WebAssembly it multiplied 256×256 matrices. */
    readonly gain?: number;
  };
  /** Known results, computed now. */
  readonly checks: readonly Check[];
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}
