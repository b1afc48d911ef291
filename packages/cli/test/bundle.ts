// The command line from its sources, as one folder of JavaScript: tests run what is written, not what was built last.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));

/** Bundles all packages of this repository into `folder`, which must lie inside of the repository to find the others. */
export async function bundle(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const build = await rolldown({
    input: {
      main: join(packageFolder, "src/main.ts"),
      "train-worker": join(packageFolder, "src/train/worker.ts"),
    },
    platform: "node",
    resolve: { conditionNames: ["steepest:source", "node", "import", "default"] },
    external: (id) => !/^[./]|^steepest($|\/)|^@steepest\//.test(id),
  });
  await build.write({ dir: folder, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" });
  await build.close();
  return join(folder, "main.js");
}
