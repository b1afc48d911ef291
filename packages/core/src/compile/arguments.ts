// Arguments of the same structure as before, recognized without naming their leaves: what every call of a small program pays for.
import type { AnyArray } from "../array/index.ts";
import { contentOf, isArray, isTraced, sameShape, type Tensor } from "../program/index.ts";

/** The structure of concrete arguments, with shape and width of each leaf. */
export type Pattern =
  | { readonly kind: "leaf"; readonly spec: Tensor }
  | { readonly kind: "list"; readonly children: readonly Pattern[] }
  | { readonly kind: "object"; readonly names: readonly string[]; readonly children: readonly Pattern[] };

/** `undefined` where something else than arrays in plain objects and lists was given: numbers and lists of them become new arrays. */
export function patternOf(value: unknown): Pattern | undefined {
  if (isArray(value)) {
    const content = contentOf(value);
    return isTraced(content) ? undefined : { kind: "leaf", spec: content };
  }
  if (typeof value !== "object" || value === null) return undefined;
  const isList = Array.isArray(value);
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const children = Object.values(value).map(patternOf);
  if (children.some((child) => child === undefined)) return undefined;
  const known = children as Pattern[]; // none is undefined
  return isList ? { kind: "list", children: known } : { kind: "object", names: Object.keys(value), children: known };
}

/** Whether a value has this structure; its leaves are appended to `into` in the order of the pattern. */
export function matches(value: unknown, pattern: Pattern, into: AnyArray[]): boolean {
  switch (pattern.kind) {
    case "leaf": {
      if (!isArray(value)) return false;
      const content = contentOf(value);
      const { spec } = pattern;
      if (isTraced(content) || content.dtype !== spec.dtype || content.weak !== spec.weak) return false;
      if (content.shape !== spec.shape && !sameShape(content.shape, spec.shape)) return false;
      into.push(value);
      return true;
    }
    case "list": {
      if (!Array.isArray(value) || value.length !== pattern.children.length) return false;
      for (let i = 0; i < value.length; i++) if (!matches(value[i], pattern.children[i]!, into)) return false;
      return true;
    }
    case "object": {
      if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
        return false;
      const { names, children } = pattern;
      let next = 0;
      for (const name in value) {
        if (name !== names[next]) return false;
        if (!matches((value as Readonly<Record<string, unknown>>)[name], children[next]!, into)) return false;
        next++;
      }
      return next === names.length;
    }
  }
}
