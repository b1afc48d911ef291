// The foreign function interface, if the user has installed it. Loaded on demand, by a way that bundlers do not follow.
import { builtinModule } from "../platform.ts";

export interface ForeignLibrary {
  func(definition: string): (...args: readonly (number | bigint)[]) => unknown;
}

export interface Koffi {
  load(path: string): ForeignLibrary;
  address(view: unknown): bigint;
}

/** `koffi` as seen from this package, then from the folder of the process; `undefined` where there is none. */
export function loadKoffi(): Koffi | undefined {
  const module = builtinModule<{ createRequire(from: string): (name: string) => unknown }>("node:module");
  const { process } = globalThis as { process?: { cwd(): string } }; // no platform types in core
  if (module === undefined || process === undefined) return undefined;
  const { url } = import.meta as { url?: string };
  for (const from of [url, `${process.cwd()}/package.json`]) {
    if (from === undefined) continue;
    try {
      return module.createRequire(from)("koffi") as Koffi;
    } catch {
      // not installed there, or its binary does not load
    }
  }
  return undefined;
}
