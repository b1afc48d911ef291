// A finished run from its folder: the model, and what the commands need to know about its training.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadTableModel, WEIGHTS_FILE } from "steepest/io";
import * as v from "valibot";
import { EXIT } from "../exit-code.ts";
import { RequestError, toFailure } from "../failure.ts";
import type { Predictor } from "../model/predictor.ts";
import { toPredictor } from "../model/table-predictor.ts";
import { didYouMean } from "../nearest.ts";
import { quoteCommand } from "../terminal/quote-command.ts";

export interface OpenRun {
  readonly folder: string;
  readonly predictor: Predictor;
  /** Two classes: the one that precision, recall and thresholds speak of. */
  readonly positive: string | undefined;
  /** Texts that meant missing in training. */
  readonly missing: readonly string[];
  /** The sign before decimals in the file of the training. */
  readonly decimal: "." | ",";
}

/** What `train` adds to the description of a model. */
const extraSchema = v.object({
  positive: v.optional(v.string()),
  data: v.optional(
    v.object({ missing: v.optional(v.array(v.string()), []), decimal: v.optional(v.picklist([".", ","])) }),
  ),
});

/** @throws RequestError or DataError when there is no run, or its model is cut, changed, or of a newer version. */
export async function openRun(folder: string): Promise<OpenRun> {
  const file = join(folder, "model.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => missingModel(folder, file, error));
  const weights = await readFile(join(folder, WEIGHTS_FILE)).catch(() => undefined);
  try {
    const predictor = toPredictor(loadTableModel(text, weights));
    const { positive, data } = v.parse(extraSchema, JSON.parse(text));
    const { classes } = predictor.encoder;
    return {
      folder,
      predictor,
      positive: classes?.length === 2 ? (positive ?? classes[1]) : undefined,
      missing: data?.missing ?? [],
      decimal: data?.decimal ?? ".",
    };
  } catch (error) {
    throw v.isValiError(error) ? changed(file, error) : located(file, error);
  }
}

/** What the library says about a model file, with the name of the file and the way out. */
function located(file: string, error: unknown): unknown {
  const { problems, exitCode } = toFailure(error, file);
  if (exitCode !== EXIT.request) return error;
  const place = (code: string): string =>
    /checksum|tensor|weights/.test(code) ? join(dirname(file), WEIGHTS_FILE) : file;
  return new RequestError(
    problems.map((p) => ({
      ...p,
      ...(p.code === "weights-missing"
        ? { message: `the run has no ${WEIGHTS_FILE}, which holds its coefficients` }
        : {}),
      where: { file: place(p.code) },
      fix: p.fix.length > 0 ? p.fix : [RETRAIN],
    })),
  );
}

function changed(file: string, { message }: Error): RequestError {
  const fields = { class: "DataError", code: "invalid-model", where: { file }, received: message, fix: [RETRAIN] };
  return new RequestError([{ ...fields, message: "the description of the model is not as train writes it" }]);
}

const RETRAIN = "train again, or copy the run again from where it came";

async function missingModel(folder: string, file: string, error: unknown): Promise<never> {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
  const inside = await readdir(folder).catch(() => undefined);
  const names = await readdir(dirname(folder)).catch(() => []);
  const siblings = names.map((name) => join(dirname(folder), name));
  throw new RequestError([
    {
      class: "DataError",
      code: "no-run",
      message: inside === undefined ? `there is no run "${folder}"` : `the folder "${folder}" holds no model`,
      where: { file },
      fix: [...didYouMean(folder, siblings), `steepest train … --out ${quoteCommand([folder])}  makes one`],
    },
  ]);
}
