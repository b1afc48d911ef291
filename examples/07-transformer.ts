// A character-level transformer on a text that is made here, trained by three optimizers from equal seeds.
// `STEEPEST_EXAMPLE=full` trains longer and larger, and prints loss against steps and seconds.
import type { NDArray } from "steepest";
import { tokenWindows } from "steepest/data";
import { crossEntropy } from "steepest/losses";
import { generate, type ParamsOf, parameterCount, train, transformer } from "steepest/nn";
import {
  adamw,
  byRole,
  type Moments,
  muon,
  type Optimizer,
  partition,
  scheduleFree,
  warmup,
  withRoles,
} from "steepest/optim";
import { integers, key } from "steepest/random";

const full = process.env["STEEPEST_EXAMPLE"] === "full";

// Sentences of a small grammar: who does what where, with agreement of number and a rhyme of subject and place.
const people = ["the cat", "a dog", "the bird", "an owl"];
const verbs = ["sees", "likes", "follows", "calls"];
const places = ["in the house", "by the log", "near the herd", "with a towel"];
const draws = integers(key(0), [400, 3], { high: 4 }).toNested() as number[][];
const text = draws
  .map(([who, does, whom]) => `${people[who!]} ${verbs[does!]} ${people[whom!]} ${places[who!]}.\n`)
  .join("");
const letters = [...new Set(text)].sort();
const tokens = Int32Array.from(text, (letter) => letters.indexOf(letter));
console.log(letters.length, tokens.length > 12_000); // 22 true

const size = full ? { width: 64, heads: 4, layers: 3, length: 64 } : { width: 32, heads: 2, layers: 2, length: 32 };
const model = transformer({ vocabulary: letters.length, ...size });
type Weights = ParamsOf<typeof model>;
const start = model.init(key(1), { dtype: "f32" });
console.log(full || parameterCount(start)); // 26742

const steps = full ? 600 : 150;
const rate = (base: number) => warmup(10, () => base);
const adam = adamw({ learningRate: rate(6e-3), weightDecay: 0.05 });
const optimizers: Readonly<Record<string, Optimizer>> = {
  AdamW: withRoles<Weights, Moments>(adam, model.roles), // norms and biases do not decay
  // Muon for the matrices between the layers; embeddings, scores, norms and biases stay with AdamW
  "Muon + AdamW": partition(
    byRole<Weights, "muon" | "adamw">(model.roles, (role) => (role === "matrix" ? "muon" : "adamw")),
    { muon: muon({ learningRate: rate(0.02) }), adamw: adam },
  ),
  "schedule-free AdamW": scheduleFree(adamw({ learningRate: rate(1.2e-2), beta1: 0, weightDecay: 0.05 })),
};

type Windows = { ids: NDArray<"int">; next: NDArray<"int"> };
const loss = (p: Weights, { ids, next }: Windows) => crossEntropy(model.apply(p, ids), next);
const held = tokenWindows(tokens.subarray(-3000), { length: size.length, size: 16, steps: 2, key: key(9) });
const windows = tokenWindows(tokens.subarray(0, -3000), { length: size.length, size: 8, steps, key: key(2) });

const results = Object.entries(optimizers).map(([name, optimizer]) => {
  const curve: string[] = [];
  const began = performance.now();
  const result = train<Weights, Windows, unknown>({
    params: start,
    loss,
    optimizer,
    batches: () => windows,
    epochs: 1,
    key: key(3),
    validation: { batches: () => held, metric: loss },
    onStep: ({ step, loss }) => {
      if (step % (steps / 10) !== 0) return;
      curve.push(`${step} steps, ${((performance.now() - began) / 1000).toFixed(1)} s: ${loss.toFixed(3)}`);
    },
  });
  if (full) console.log(`${name}\n  ${curve.join("\n  ")}\n  held out ${result.history[0]!.metric!.toFixed(3)}`);
  return { name, metric: result.history[0]!.metric!, params: result.params };
});

// log 22 = 3.091 is the loss of knowing nothing. Muon is ahead of AdamW after equal steps.
console.log(results.every(({ metric }) => metric < 0.6)); // true
console.log(results[1]!.metric < results[0]!.metric); // true

// Text, letter by letter.
const [, best] = results;
const prompt = Array.from("the ", (letter) => letters.indexOf(letter));
const drawn = [...generate(model, best!.params, prompt, { count: 24, key: key(5), temperature: 0.5, topK: 5 })];
const said = drawn.map((token) => letters[token]).join("");
if (full) console.log(JSON.stringify(said));
console.log(said.length, /^[a-z .\n]+$/.test(said)); // 24 true
