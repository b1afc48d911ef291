// Every way in which training ends, in words.

export type TrainStatus = "finished" | "early-stopped" | "nonfinite" | "aborted";

export function messageOf(
  status: TrainStatus,
  epoch: number,
  best: { readonly metric: number; readonly epoch: number } | undefined,
  note: string,
): string {
  const epochs = epoch === 1 ? "1 epoch" : `${epoch} epochs`;
  const kept =
    best === undefined
      ? ""
      : ` The parameters are those after epoch ${best.epoch}, whose metric ${best.metric.toPrecision(4)} was the best.`;
  switch (status) {
    case "finished":
      return `All ${epochs} are done.${kept}`;
    case "early-stopped":
      return `Stopped after ${epochs}: no better metric for ${epoch - (best?.epoch ?? 0)} of them.${kept}`;
    case "aborted":
      return `Stopped by the caller after ${epochs}; pass the checkpoint as resume to go on.${kept}`;
    case "nonfinite":
      return (
        `Stopped: ${note}. Lower the learning rate, clip the gradients with clipByGlobalNorm, or pass over such steps with ` +
        `skipNonFinite. ${kept === "" ? `The parameters are those after ${epochs}.` : kept.trim()}`
      );
  }
}
