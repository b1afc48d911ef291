// `npm test`: everything that says whether the repository is sound, each step with its time. The last line counts.
// Needs no browser: tests that want one say that they were skipped (STEEPEST_REQUIRE_BROWSER=1 makes them fail instead).
// Usage: node scripts/test.mjs [step …]      (steps: build types layers vitest docs examples consumer)
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (path) => join(root, "node_modules", path);
const report = join(root, "node_modules/.cache/steepest-vitest.json");

const steps = [
  { name: "build", what: "build packages whose source is newer", run: ["scripts/build.mjs", "--if-stale"] },
  {
    name: "types",
    what: "check types of sources, tests, examples",
    run: [bin("typescript/bin/tsc"), "-p", "tsconfig.json"],
  },
  { name: "layers", what: "check layers, after planted violations", run: ["scripts/layers.mjs"] },
  {
    name: "vitest",
    what: "run the tests",
    run: [bin("vitest/vitest.mjs"), "run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`],
  },
  {
    name: "docs",
    what: "run the code of pages and docstrings, check links",
    run: ["scripts/docs.mjs", "pages", "docstrings", "links"],
  },
  { name: "examples", what: "run the examples", run: ["scripts/docs.mjs", "examples"] },
  { name: "consumer", what: "use the packed packages as a stranger does", run: ["consumer-tests/run.mjs"] },
];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0)
  throw new Error(`unknown step ${unknown.join(", ")}; there are ${steps.map(({ name }) => name).join(", ")}`);

const count = { passed: 0, failed: 0 };
const lines = [];
const notices = [];
for (const step of steps.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  console.log(`\n▶ ${step.name}: ${step.what}`);
  rmSync(report, { force: true });
  const started = performance.now();
  const code = await run(step.run);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const result = step.name === "vitest" ? countTests(code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  count.passed += result.passed;
  count.failed += result.failed;
  const detail = step.name === "vitest" ? `   ${result.passed} tests passed, ${result.failed} failed` : "";
  lines.push(`${result.failed === 0 ? "✔" : "✖"} ${step.name.padEnd(9)} ${seconds.padStart(6)} s${detail}`);
}
console.log(`\n${[...lines, ...notices].join("\n")}\n`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;

function run(args) {
  mkdirSync(dirname(report), { recursive: true });
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Counts single tests. A run that ends badly for another reason (no report, an error outside of a test) counts as one failure. */
function countTests(code) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const brokenFiles = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  for (const { name, message } of brokenFiles)
    notices.push(`✖ ${relative(root, name)} could not run: ${message.split("\n")[0]}`);
  const skipped = testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === "pending" || status === "skipped"),
  );
  if (skipped.length > 0) {
    notices.push(`! ${skipped.length} skipped (browser tests need Chromium; docs/architecture.md, "Tests"):`);
    for (const { fullName } of skipped) notices.push(`    ${fullName}`);
  }
  const failed = numFailedTests + brokenFiles.length;
  return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}
