import { version } from "../version.ts";

/** What computed the numbers. All packages of steepest have one version. */
export function versions(): Readonly<Record<string, string>> {
  return { steepest: version(), node: process.versions.node };
}
