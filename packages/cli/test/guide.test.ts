// The commands of the guides run, and print what the pages say. A ```sh block followed by a ```text block is a test: every
// line of the text must be among what the commands print; "…" stands for anything.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { useCli } from "./cli.ts";

const cli = useCli();
const guides = ["docs/guide/train-on-your-own-table.md", "docs/guide/networks-and-optimizers.md"];

interface Shown {
  readonly line: number;
  readonly commands: string;
  readonly printed: string;
}

function commandsOf(page: string): Shown[] {
  const blocks = /```sh\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/g;
  return [...page.matchAll(blocks)].map((found) => ({
    line: page.slice(0, found.index).split("\n").length,
    commands: found[1]!,
    printed: found[2]!,
  }));
}

/** Whether a printed line says what the page shows, spaces aside. */
function says(shown: string, printed: string): boolean {
  const pieces = shown.split("…").map((piece) => piece.trim().replaceAll(/\s+/g, " "));
  let from = 0;
  const text = printed.replaceAll(/\s+/g, " ");
  return pieces.every((piece) => {
    const at = text.indexOf(piece, from);
    from = at + piece.length;
    return at !== -1;
  });
}

for (const guide of guides) {
  const page = readFileSync(fileURLToPath(new URL(`../../../${guide}`, import.meta.url)), "utf8");
  describe(guide, () => {
    const all = commandsOf(page);
    it("shows commands with what they print", () => {
      expect(all.length).toBeGreaterThan(3);
    });
    for (const { line, commands, printed } of all) {
      it(`line ${line}: ${commands.split("\n")[0]}`, async () => {
        const { stdout, stderr } = await cli.shell(commands.replaceAll("npx steepest", "steepest"));
        const output = `${stdout}\n${stderr}`;
        const missing = printed.split("\n").filter((shown) => shown.trim() !== "" && !says(shown, output));
        expect(missing, output).toEqual([]);
      });
    }
  });
}

it("a text that was not printed is noticed", () => {
  expect(says("AUC 0.9… passed", "gate AUC 0.95: passed")).toBe(true);
  expect(says("AUC 0.8… passed", "gate AUC 0.95: passed")).toBe(false);
});
