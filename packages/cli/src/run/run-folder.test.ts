import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPendingFile, removeUnfinishedFiles, writeFileAtomically } from "./atomic-write.ts";
import { claimRunFolder } from "./run-folder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "steepest-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const complete = { "model.json": "{}", "metrics.json": '{"status":{"word":"converged"}}' };

describe("files that appear whole", () => {
  it("nobody sees a file before it is published", async () => {
    const file = await createPendingFile(join(folder, "a.txt"));
    await file.write("half");
    expect((await readdir(folder)).filter((name) => !name.startsWith("."))).toEqual([]);
    await file.write(" whole");
    await file.publish();
    expect(await readdir(folder)).toEqual(["a.txt"]);
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("half whole");
  });

  it("a file that is never published leaves nothing behind", async () => {
    await (await createPendingFile(join(folder, "a.txt"))).discard();
    await (await createPendingFile(join(folder, "b.txt"))).write("b");
    removeUnfinishedFiles();
    expect(await readdir(folder)).toEqual([]);
  });

  it("a folder that is a file is named in the error", async () => {
    await writeFile(join(folder, "file"), "");
    const path = join(folder, "file", "a.txt");
    await expect(writeFileAtomically(path, "x")).rejects.toMatchObject({ code: "ENOTDIR", path });
  });
});

describe("the folder of a run", () => {
  it("a complete run is overwritten only by force, and files of the old run do not stay", async () => {
    const path = join(folder, "runs", "a");
    await (await claimRunFolder(path, false)).write({ ...complete, "report.html": "<p>" });
    await expect(claimRunFolder(path, false)).rejects.toMatchObject({ problems: [{ code: "run-exists" }] });
    await (await claimRunFolder(path, true)).write(complete);
    expect((await readdir(path)).sort()).toEqual(["metrics.json", "model.json"]);
  });

  it("an interrupted run may be started again", async () => {
    const path = join(folder, "a");
    await (await claimRunFolder(path, false)).write({ "metrics.json": '{"status":{"word":"interrupted"}}' });
    await expect(claimRunFolder(path, false)).resolves.toMatchObject({ path });
  });

  it("other files of the user are left alone", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    await (await claimRunFolder(folder, false)).write(complete);
    expect((await readdir(folder)).sort()).toEqual(["metrics.json", "model.json", "notes.txt"]);
  });

  it("a folder that was made for nothing goes away", async () => {
    await (await claimRunFolder(join(folder, "a"), false)).abandon();
    await mkdir(join(folder, "b"));
    await (await claimRunFolder(join(folder, "b"), false)).abandon();
    expect(await readdir(folder)).toEqual(["b"]);
  });
});
