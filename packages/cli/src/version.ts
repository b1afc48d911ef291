import { readFileSync } from "node:fs";

/** The version of this package; all packages of steepest move together. */
export function version(): string {
  const manifest = readFileSync(new URL(import.meta.resolve("@steepest/cli/package.json")), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
