// Fused multiply-add: whether the engine has it, and the flag that older versions of Node need.
import { builtinModule, environment } from "../platform.ts";
import { FunctionBuilder, type Local, ModuleBuilder } from "./assembler.ts";
import { webAssembly } from "./web-assembly.ts";

export interface FmaState {
  readonly on: boolean;
  /** Why, for people. */
  readonly reason: string;
}

/**
 * Whether kernels may fuse x·y + z. `wanted` is an option of the user; without one STEEPEST_FMA decides, and without that the engine's
 * default: on where the platform has it by itself. Only who asks for it (`true`, STEEPEST_FMA=1) sets the flag of V8 where it is
 * needed, because that flag holds for the whole process.
 */
export function decideFma(wanted?: boolean): FmaState {
  const variable = environment("STEEPEST_FMA");
  const wish = wanted ?? (variable === undefined ? undefined : variable !== "0");
  if (wish === false) return { on: false, reason: wanted === false ? "turned off" : "turned off by STEEPEST_FMA=0" };
  if (hasRelaxedSimd())
    return roundsOnce()
      ? { on: true, reason: "relaxed SIMD" }
      : { on: false, reason: "relaxed SIMD rounds twice here" };
  if (wish !== true) return { on: false, reason: "relaxed SIMD is off in this version; STEEPEST_FMA=1 turns it on" };
  builtinModule<{ setFlagsFromString(flag: string): void }>("node:v8")?.setFlagsFromString(
    "--experimental-wasm-relaxed-simd",
  );
  if (hasRelaxedSimd() && roundsOnce()) return { on: true, reason: "relaxed SIMD, V8 flag set by steepest" };
  return { on: false, reason: "no relaxed SIMD here" };
}

/** A module with one fused operation on x, y and z (f32, at 0, 16, 32), result at 48. */
function probe(): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder({ params: ["i32"], results: [] });
  const [at] = f.params as [Local];
  f.get(at);
  for (const offset of [0, 16, 32]) f.get(at).memory("v128.load", offset);
  f.simd("f32x4.relaxed_madd").memory("v128.store", 48);
  const module = new ModuleBuilder();
  module.add(f, "probe");
  return module.bytes();
}

export function hasRelaxedSimd(): boolean {
  return webAssembly?.validate(probe()) ?? false;
}

/**
 * The specification allows one rounding or two. x = y = 1 + 2⁻¹², z = −(1 + 2⁻¹¹): x·y + z is 2⁻²⁴ if rounded once; x·y alone
 * rounds to 1 + 2⁻¹¹, which gives 0.
 */
export function roundsOnce(): boolean {
  const memory = new webAssembly!.Memory({ initial: 1 }); // `validate` was there
  const { exports } = new webAssembly!.Instance(new webAssembly!.Module(probe()), { engine: { memory } });
  const words = new Float32Array(memory.buffer);
  words.fill(1 + 2 ** -12, 0, 8).fill(-(1 + 2 ** -11), 8, 12);
  (exports["probe"] as (at: number) => void)(0);
  return words[12] === 2 ** -24;
}
