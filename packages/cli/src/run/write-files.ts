// Several files of one folder, that appear together.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { RequestError } from "../failure.ts";
import { formatList, plural } from "../format.ts";
import { createPendingFile, type PendingFile } from "./atomic-write.ts";
import { makeFolder } from "./run-folder.ts";

/** By name. In this order; the last one says that all are there. */
export async function writeFilesTogether(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await makeFolder(folder);
  const pending: PendingFile[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = await createPendingFile(join(folder, name));
      pending.push(file);
      await file.write(content);
    }
    for (const file of pending) await file.publish();
  } catch (error) {
    for (const file of pending) await file.discard();
    throw error;
  }
}

/** @throws RequestError when one of the files is there. */
export async function refuseFiles(folder: string, names: readonly string[]): Promise<void> {
  const isThere = (name: string): Promise<boolean> =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    );
  const there = await Promise.all(names.map(isThere));
  const present = names.filter((_, i) => there[i]);
  if (present.length === 0) return;
  throw new RequestError([
    {
      class: "OptionError",
      code: "files-exist",
      message: `"${folder}" holds ${plural(present.length, "file")} that would be overwritten: ${formatList(present)}`,
      where: { file: folder },
      fix: ["--force  overwrites them", "--out other/folder  writes somewhere else"],
    },
  ]);
}
