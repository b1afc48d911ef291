// Writing to standard output: with backpressure, quiet when the reader has gone, loud when the disk is full.
import { EXIT } from "../exit-code.ts";

/** `| head` closes the pipe when it has seen enough: that ends the command quietly. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.done);
      if (stream === process.stderr) process.exit(EXIT.failure); // nowhere left to say it
      void import("../failure.ts").then(({ toFailure }) => {
        process.stderr.write(`steepest: ${toFailure(error).problems[0]?.message}\n`);
        process.exit(EXIT.failure);
      });
    });
  }
}

/** Resolves when `stream` can take more. */
export async function writeText(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve) => stream.once("drain", resolve));
}

/** Exactly one JSON document. */
export async function writeJson(value: unknown): Promise<void> {
  await writeText(`${JSON.stringify(value, undefined, 2)}\n`);
}
