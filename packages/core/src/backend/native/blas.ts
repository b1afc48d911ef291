// A BLAS of the system behind the foreign function interface: which file, which build, which functions.
import { environment, operatingSystem } from "../platform.ts";
import type { ForeignLibrary, Koffi } from "./koffi.ts";

/** Arguments of cblas_?gemm; matrices are addresses. */
export type Gemm = (
  order: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/** Arguments of cblas_?syrk. */
export type Syrk = (
  order: number,
  triangle: number,
  trans: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

export const CBLAS = { rowMajor: 101, plain: 111, transposed: 112, upper: 121 } as const;

export interface Blas {
  readonly path: string;
  /** How the library describes its build; empty where it does not. */
  readonly config: string;
  readonly gemm: Readonly<Record<"f32" | "f64", Gemm>>;
  readonly syrk: Readonly<Record<"f32" | "f64", Syrk>>;
  setThreads(count: number): void;
}

/** Where a BLAS may be, in the order of trying. Those of macOS and Windows have not been run. */
export function candidates(): readonly string[] {
  const chosen = environment("STEEPEST_BLAS");
  if (chosen !== undefined) return [chosen];
  switch (operatingSystem()) {
    case "linux":
      return ["libopenblas.so.0", "libopenblas.so"];
    case "darwin":
      return [
        "/System/Library/Frameworks/Accelerate.framework/Accelerate",
        "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
        "/usr/local/opt/openblas/lib/libopenblas.dylib",
      ];
    case "win32":
      return ["libopenblas.dll"];
    default:
      return [];
  }
}

/** The first library that loads and that can be used, or why there is none. */
export function findBlas(koffi: Koffi): Blas | { readonly reason: string } {
  const paths = candidates();
  const reasons: string[] = [];
  for (const path of paths) {
    try {
      const found = openBlas(koffi, path);
      if (!("reason" in found)) return found;
      reasons.push(found.reason);
    } catch {
      reasons.push(`${path} not found or not loadable`);
    }
  }
  const advice =
    environment("STEEPEST_BLAS") === undefined ? "install OpenBLAS or set STEEPEST_BLAS" : "check STEEPEST_BLAS";
  return { reason: `${reasons.join(", ") || "no BLAS is known for this system"}; ${advice}` };
}

function openBlas(koffi: Koffi, path: string): Blas | { readonly reason: string } {
  const library = koffi.load(path);
  const config = optional(library, "const char *openblas_get_config()");
  const text = config === undefined ? "" : String(config());
  // its integers are twice as long: every size would be read wrongly
  if (text.includes("USE64BITINT")) return { reason: `${path} is a build with 64-bit integers` };
  const setThreads = optional(library, "void openblas_set_num_threads(int)");
  const gemm = (letter: "s" | "d", type: string) =>
    library.func(
      `void cblas_${letter}gemm(int, int, int, int, int, int, ${type}, uintptr_t, int, uintptr_t, int, ${type}, uintptr_t, int)`,
    ) as Gemm;
  const syrk = (letter: "s" | "d", type: string) =>
    library.func(
      `void cblas_${letter}syrk(int, int, int, int, int, ${type}, uintptr_t, int, ${type}, uintptr_t, int)`,
    ) as Syrk;
  return {
    path,
    config: text.trim(),
    gemm: { f32: gemm("s", "float"), f64: gemm("d", "double") },
    syrk: { f32: syrk("s", "float"), f64: syrk("d", "double") },
    setThreads: (count) => void setThreads?.(count),
  };
}

function optional(library: ForeignLibrary, definition: string): ReturnType<ForeignLibrary["func"]> | undefined {
  try {
    return library.func(definition);
  } catch {
    return undefined;
  }
}
