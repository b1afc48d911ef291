// The installed command: help, and one calculation whose numbers are known.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export function commandLine({ project }) {
  const bin = join(project, "node_modules/.bin", process.platform === "win32" ? "steepest.cmd" : "steepest");
  const steepest = (...args) =>
    execFileSync(bin, args, { cwd: project, encoding: "utf8", shell: process.platform === "win32" });
  const started = performance.now();
  const help = steepest("--help");
  const milliseconds = performance.now() - started;
  for (const verb of ["train", "evaluate", "predict", "explain"]) {
    if (!help.includes(verb)) throw new Error(`--help does not name "${verb}":\n${help}`);
  }
  const table = steepest("explain", "h = w*x; a = relu(h); ŷ = v*a; L = (ŷ-y)^2", "--at", "x=2,w=3,v=0.5,y=4");
  for (const value of ["-2", "-12", "-1", "-3"]) {
    if (!new RegExp(`(^|\\s)[-−]${value.slice(1)}(\\s|$)`, "m").test(table))
      throw new Error(`explain does not print ${value}:\n${table}`);
  }
  return [`steepest --help: ${milliseconds.toFixed(0)} ms (aim 200 ms)`];
}
