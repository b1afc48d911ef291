// Where the user called: the first line of the stack outside of this library.

/** The folder of this library: of its sources, or of its build. */
const HOME = ((import.meta as { url?: string }).url ?? "").replace(/(\/src\/|\/dist\/).*$/, "$1");

/** `file:line:column` of the innermost caller outside of the library; `undefined` where engines give no usable stack. */
export function callSite(): string | undefined {
  for (const line of new Error().stack?.split("\n").slice(1) ?? []) {
    const place = /\(?((?:file:|https?:|webpack:|\/|[A-Za-z]:\\).*?:\d+:\d+)\)?\s*$/.exec(line)?.[1];
    if (place === undefined || place.includes("node:internal")) continue;
    const url = place.startsWith("/") ? `file://${place}` : place;
    if (!url.startsWith(HOME) || url.includes(".test.")) return place.replace(/^file:\/\//, "");
  }
  return undefined;
}
