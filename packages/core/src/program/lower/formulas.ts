// Formulas: recipes as instructions, made once per recipe and widths, numbered by content.

import { InternalError } from "../../errors/index.ts";
import type { DType } from "../dtype.ts";
import { type Instruction, keyOf, type Lane } from "../kernels/body.ts";
import type { Recipe } from "../lowering.ts";
import { FoldingBody } from "./fold.ts";

/** What one element is made of: load i is operand i. */
export interface Formula {
  /** Equal for equal formulas. */
  readonly id: number;
  readonly instructions: readonly Instruction[];
  readonly result: number;
  readonly dtype: DType;
  /** The operand that the result is. */
  readonly alias: number | undefined;
  /** The sum of both operands. */
  readonly isSum: boolean;
  /** How many instructions compute something. */
  readonly work: number;
  /** Worth storing rather than computing twice: functions, divisions, roots. */
  readonly costly: boolean;
}

const CHEAP = 12;

/** Formulas of one lowering. */
export class Formulas {
  readonly #byRecipe = new Map<Recipe, Map<string, Formula>>();
  readonly #byContent = new Map<string, Formula>();

  of(recipe: Recipe, dtypes: readonly DType[]): Formula {
    let known = this.#byRecipe.get(recipe);
    if (known === undefined) {
      known = new Map();
      this.#byRecipe.set(recipe, known);
    }
    const key = dtypes.join(",");
    const formula = known.get(key) ?? this.#make(recipe, dtypes);
    known.set(key, formula);
    return formula;
  }

  #make(recipe: Recipe, dtypes: readonly DType[]): Formula {
    const b = new FoldingBody();
    const result = recipe(
      b,
      dtypes.map((dtype, i) => b.load(i, dtype)),
    );
    const { instructions } = b;
    const content = `${result.id} ${instructions.map(keyOf).join(";")}`;
    const known = this.#byContent.get(content);
    if (known !== undefined) return known;
    const last = instructions[result.id]!;
    const working = instructions.filter(({ op }) => op !== "load" && op !== "constant");
    const formula: Formula = {
      id: this.#byContent.size,
      instructions,
      result: result.id,
      dtype: stored(last.dtype),
      alias: last.op === "load" ? last.access : undefined,
      isSum: dtypes.length === 2 && instructions.length === 3 && last.op === "add" && last.x !== last.y,
      work: working.length,
      costly: working.length > CHEAP || working.some(({ op }) => op === "multiplyAdd"),
    };
    this.#byContent.set(content, formula);
    return formula;
  }
}

function stored(lane: Lane): DType {
  if (lane !== "i64") return lane;
  throw new InternalError("lower: a recipe returned the bits of an f64 instead of a number.");
}
