// The layers of the library as rules for dependency-cruiser. docs/architecture.md says why each one is there;
// `npm run layers` checks them, after a self test that plants one violation per rule (scripts/layers.mjs).

const core = "^packages/core/src";
/** Tests, and what draws their random cases. */
const tests = "\\.(test|test-d|bench|arbitrary)\\.ts$";
const typeOnly = ["type-only"];

/** Folders of core from the bottom up. A folder may import its own row and the rows above it in this list. */
const layers = [
  ["errors", "tree", "executor"],
  ["program", "backend"],
  ["ops"],
  ["array"],
  ["autodiff", "compile"],
  ["losses", "penalties", "prox", "metrics", "linalg", "random", "data"],
  ["optim", "solve", "nn"],
  ["models", "select", "tune", "allocate", "io"],
];
/** Arrays, ops and programs describe one another, so inside of this group types may be imported in any direction, from any file. */
const arrayGroup = ["program", "backend", "ops", "array"];

const inFolders = (folders) => `${core}/(${folders.join("|")})/`;

function upward(row, index) {
  const above = layers.slice(index + 1).flat();
  const sameGroup = arrayGroup.includes(row[0]) ? above.filter((folder) => arrayGroup.includes(folder)) : [];
  const strict = above.filter((folder) => !sameGroup.includes(folder));
  const from = { path: inFolders(row), pathNot: tests };
  const name = `no-import-up-from-${row[0]}`;
  const comment = `${row.join(", ")}: imports point down the layers`;
  const rules = [];
  if (strict.length > 0) rules.push({ name, comment, severity: "error", from, to: { path: inFolders(strict) } });
  if (sameGroup.length > 0) {
    const to = { path: inFolders(sameGroup), dependencyTypesNot: typeOnly };
    rules.push({
      name: `${name}-values`,
      comment: `${comment} (types may go any way here)`,
      severity: "error",
      from,
      to,
    });
  }
  return rules;
}

/** @type {import('dependency-cruiser').IConfiguration & { folders: readonly string[] }} */
module.exports = {
  /** Folders that have a place; scripts/layers.mjs reports every other one. */
  folders: [...layers.flat(), "entries", "testing"],
  forbidden: [
    ...layers.flatMap(upward),
    {
      name: "neighbor-through-index",
      comment: "import a neighboring folder through its index.ts",
      severity: "error",
      from: { path: `${core}/([^/]+)/`, pathNot: [tests, inFolders(arrayGroup)] },
      to: { path: `${core}/[^/]+/`, pathNot: [`${core}/$1/`, `${core}/[^/]+/index\\.ts$`] },
    },
    {
      name: "neighbor-through-index-arrays",
      comment:
        "import a neighboring folder through its index.ts (types of arrays, ops and programs may come from their file)",
      severity: "error",
      from: { path: `${core}/(array|ops)/`, pathNot: tests },
      to: {
        path: `${core}/[^/]+/`,
        pathNot: [`${core}/$1/`, `${core}/[^/]+/index\\.ts$`],
        dependencyTypesNot: typeOnly,
      },
    },
    {
      name: "neighbor-through-index-programs",
      comment:
        "programs and backends may import one another's files, and types of arrays; the rest comes through index.ts",
      severity: "error",
      from: { path: `${core}/(program|backend)/`, pathNot: tests },
      to: {
        path: `${core}/[^/]+/`,
        pathNot: [inFolders(["program", "backend"]), `${core}/[^/]+/index\\.ts$`],
        dependencyTypesNot: typeOnly,
      },
    },
    {
      name: "backends-by-registry",
      comment: "only the registry, and the index that publishes it, import an implementation of a backend",
      severity: "error",
      from: { path: `${core}/`, pathNot: [tests, `${core}/backend/(registry|index)\\.ts$`, `${core}/backend/[^/]+/`] },
      to: { path: `${core}/backend/[^/]+/` },
    },
    {
      name: "backends-know-programs",
      comment: "a backend knows primitives, tensors and programs; never arrays, ops by name or derivatives",
      severity: "error",
      from: { path: `${core}/backend/`, pathNot: tests },
      to: { path: inFolders(["array", "ops"]) },
    },
    {
      name: "top-is-not-imported",
      comment: "index.ts and entries/ assemble the package; nothing inside of it imports them",
      severity: "error",
      from: { path: `${core}/`, pathNot: [tests, `${core}/index\\.ts$`, `${core}/entries/`] },
      to: { path: `${core}/(index\\.ts$|entries/)` },
    },
    {
      name: "peers-apart",
      comment: "models, select, tune, allocate and io do not import each other (io may import models)",
      severity: "error",
      from: { path: `${core}/(models|select|tune|allocate)/`, pathNot: tests },
      to: { path: inFolders(["models", "select", "tune", "allocate", "io"]), pathNot: `${core}/$1/` },
    },
    {
      name: "io-imports-models-only",
      comment: "of its own layer io may import models alone",
      severity: "error",
      from: { path: `${core}/io/`, pathNot: tests },
      to: { path: inFolders(["select", "tune", "allocate"]) },
    },
    {
      name: "testing-is-not-imported",
      comment: "the laws may import all of core; only tests import them",
      severity: "error",
      from: { path: `${core}/`, pathNot: [tests, `${core}/testing/`] },
      to: { path: `${core}/testing/` },
    },
    {
      name: "no-cycles",
      comment: "no cycles of values (types may refer to each other)",
      severity: "error",
      from: { path: "^(packages|bench|examples)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: typeOnly } },
    },
    {
      name: "core-without-node",
      comment: "core loads in browsers: no import of a Node module (process.getBuiltinModule reaches one at run time)",
      severity: "error",
      from: { path: `${core}/`, pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-without-dependencies",
      comment: "core has no dependencies: nothing outside of packages/core/src",
      severity: "error",
      from: { path: `${core}/`, pathNot: tests },
      to: { pathNot: `${core}/`, dependencyTypesNot: ["core"], couldNotResolve: false },
    },
    {
      name: "packages-by-name",
      comment: "another package is imported by its published entry points, never by a path into its files",
      severity: "error",
      from: { path: "^(packages/[^/]+|bench|examples)/" },
      to: { path: "^packages/", pathNot: "^$1/", dependencyTypes: ["local"], dependencyTypesNot: ["aliased"] },
    },
    {
      name: "packages-in-order",
      comment: "cluster, tables and plot know core alone; the command line knows them; core knows nobody",
      severity: "error",
      from: { path: "^packages/(cluster|tables|plot)/" },
      to: { path: "^packages/(cluster|tables|plot|cli)/", pathNot: "^packages/$1/" },
    },
    {
      name: "tests-are-not-imported",
      comment: "no source file imports a test",
      severity: "error",
      from: { path: "^packages/", pathNot: tests },
      to: { path: tests },
    },
    {
      name: "declared-dependencies",
      comment: "a package imports what its own package.json declares",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: tests },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], dependencyTypesNot: typeOnly },
    },
    {
      name: "resolvable",
      comment: "every import is found (a path that package.json does not export is not)",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "(^|/)dist/"] },
    exclude: { path: ["(^|/)dist/", "(^|/)runs/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["steepest:source", "import", "node", "types", "default"],
      extensions: [".ts", ".d.ts", ".mjs", ".js", ".json"],
    },
  },
};
