import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPendingFile, removeUnfinishedFiles, writeFileAtomically } from "./atomic-write.ts";
import { LOCK_FILE } from "./folder-lock.ts";
import { claimRunFolder } from "./run-folder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "steepest-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Claims the folder, writes, and lets go of it, as a training does. */
async function writeRun(path: string, force: boolean, files: Record<string, string>): Promise<void> {
  const run = await claimRunFolder(path, force);
  await run.write(files);
  await run.release();
}

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
    await writeRun(path, false, { ...complete, "report.html": "<p>" });
    await expect(claimRunFolder(path, false)).rejects.toMatchObject({ problems: [{ code: "run-exists" }] });
    await writeRun(path, true, complete);
    expect((await readdir(path)).sort()).toEqual(["metrics.json", "model.json"]);
  });

  it("an interrupted run may be started again", async () => {
    const path = join(folder, "a");
    await writeRun(path, false, { "metrics.json": '{"status":{"word":"interrupted"}}' });
    await expect(claimRunFolder(path, false)).resolves.toMatchObject({ path });
  });

  it("one training at a time: the second is told, and may come when the first has ended", async () => {
    const path = join(folder, "a");
    const claims = await Promise.allSettled(Array.from({ length: 5 }, () => claimRunFolder(path, true)));
    const [first, ...more] = claims.filter((claim) => claim.status === "fulfilled");
    expect(more).toEqual([]);
    for (const claim of claims) {
      if (claim.status === "rejected") expect(claim.reason).toMatchObject({ problems: [{ code: "run-busy" }] });
    }
    await first?.value.release();
    await first?.value.release(); // once is enough, twice does no harm
    await expect(claimRunFolder(path, false)).resolves.toMatchObject({ path });
  });

  it("a lock of a process that is gone is taken over, one of another computer is not", async () => {
    await writeFile(join(folder, LOCK_FILE), `4194304 ${hostname()}`); // above the largest number of a process
    await (await claimRunFolder(folder, false)).abandon();
    await writeFile(join(folder, LOCK_FILE), "4194304 another.example");
    await expect(claimRunFolder(folder, true)).rejects.toMatchObject({ problems: [{ code: "run-busy" }] });
  });

  it("other files of the user are left alone", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    await writeRun(folder, false, complete);
    expect((await readdir(folder)).sort()).toEqual(["metrics.json", "model.json", "notes.txt"]);
  });

  it("a folder that was made for nothing goes away", async () => {
    await (await claimRunFolder(join(folder, "a"), false)).abandon();
    await mkdir(join(folder, "b"));
    await (await claimRunFolder(join(folder, "b"), false)).abandon();
    expect(await readdir(folder)).toEqual(["b"]);
  });
});
