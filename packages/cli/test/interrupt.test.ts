import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { finish, useCli } from "./cli.ts";

const cli = useCli();
// Minutes of work: gradient descent on raw columns, far from its end.
const slow = [
  "train",
  "slow.csv",
  "--target",
  "digit",
  "--model",
  "logistic",
  "--solver",
  "gradient-descent",
  "--max-steps",
  "1000000",
];

beforeAll(() => {
  const [header = "", ...rows] = cli.read("data/digits.csv").trimEnd().split("\n");
  cli.file("slow.csv", [header, ...Array.from({ length: 4 }, () => rows).flat()].join("\n"));
});

/** Resolves when the text has been seen on standard error. */
function seen(child: ChildProcess, text: string): Promise<void> {
  let all = "";
  return new Promise((resolve) => {
    child.stderr?.on("data", (chunk: Buffer | string) => {
      all += String(chunk);
      if (all.includes(text)) resolve();
    });
  });
}

describe("Ctrl-C during a training", () => {
  it("the first one stops it, keeps what is complete and says how to go on", async () => {
    const words = [...slow, "--cv", "2", "--out", "runs/slow"];
    const child = cli.start([...words, "--events"]);
    const ended = finish(child);
    await seen(child, '"step":"cross-validate"');
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(readdirSync(cli.path("runs/slow")).sort()).toEqual(["events.jsonl", "metrics.json"]);
    const { status } = JSON.parse(cli.read("runs/slow/metrics.json")) as { status: { word: string } };
    expect(status.word).toBe("interrupted");
  });

  it("the command that goes on is printed, and starts without --force", async () => {
    const child = cli.start([...slow, "--cv", "0", "--out", "runs/slow"]);
    const ended = finish(child);
    await seen(child, "Check");
    await new Promise((resolve) => setTimeout(resolve, 300)); // into the training
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("stopping after the running step; Ctrl-C again stops at once\n");
    expect(stderr).toContain(`interrupted; to start again: steepest ${slow.join(" ")} --cv 0 --out runs/slow\n`);
  });

  it("an older run stays whole when its replacement is interrupted", async () => {
    await cli.run(["train", "data/iris.csv", "--target", "species", "--l2", "1", "--cv", "0", "--out", "runs/old"]);
    const before = cli.read("runs/old/model.json");
    const child = cli.start([...slow, "--cv", "0", "--out", "runs/old", "--force"]);
    const ended = finish(child);
    await seen(child, "Check");
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted; runs/old still holds the former run; to start again: ");
    expect(cli.read("runs/old/model.json")).toBe(before);
    expect(cli.read("runs/old/metrics.json")).toContain('"word": "converged"');
  });

  it("the second one ends it at once and leaves nothing half-written", async () => {
    const child = cli.start([...slow, "--cv", "0", "--out", "runs/twice"]);
    const ended = finish(child);
    await seen(child, "Load");
    child.kill("SIGINT");
    await seen(child, "stopping");
    child.kill("SIGINT");
    const { code, signal } = await ended;
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    const left = existsSync(cli.path("runs/twice")) ? readdirSync(cli.path("runs/twice")) : [];
    expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(left).not.toContain("model.json");
  });
});
