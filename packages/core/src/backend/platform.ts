// What the engine asks of the platform, without imports that only some platforms have. Everything may be absent.

interface ProcessLike {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
  getBuiltinModule?(name: string): unknown;
}

const { process } = globalThis as { process?: ProcessLike }; // no platform types in core

/** A module of Node (from 20.16 on) by name, where there is one. The caller knows its shape. */
export function builtinModule<T>(name: string): T | undefined {
  try {
    return process?.getBuiltinModule?.(name) as T | undefined;
  } catch {
    return undefined; // refused by a permission
  }
}

/** A variable of the environment; an empty one counts as unset. */
export function environment(name: string): string | undefined {
  try {
    return process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}

/** "linux", "darwin", "win32"; `undefined` in browsers. */
export function operatingSystem(): string | undefined {
  return process?.platform;
}
