// Applying a primitive: evaluated at once on concrete arrays, recorded on traced ones.
import type { AnyArray } from "../array/types.ts";
import { currentBackend } from "../backend/registry.ts";
import { contentOf, isTraced, wrap } from "./content.ts";
import type { Primitive } from "./primitive.ts";
import type { Tensor } from "./tensor.ts";
import { innermost } from "./trace.ts";

/**
 * The result of a primitive on arrays.
 *
 * Concrete inputs: the backend evaluates. Otherwise the innermost trace among the inputs records a node; if that
 * trace carries values, the primitive is applied to these as well, one level further out.
 * @throws ShapeError when the inputs do not fit together.
 */
export function apply<P>(primitive: Primitive<P>, inputs: readonly AnyArray[], params: P): AnyArray {
  const trace = innermost(inputs);
  const specs = inputs.map(contentOf);
  if (trace === undefined) {
    const output = primitive.infer(specs, params);
    return wrap(
      inputs[0]!,
      currentBackend().evaluate(primitive as Primitive<unknown>, specs as Tensor[], params, output),
    );
  }
  const erased = primitive as Primitive<unknown>; // a node holds parameters of any primitive; the pair stays together
  if (!trace.eager) return trace.record(erased, inputs, params, primitive.infer(specs, params), undefined);
  const value = apply(
    primitive,
    inputs.map((x) => trace.lower(x)),
    params,
  );
  return trace.record(erased, inputs, params, contentOf(value), value);
}

/** The numbers behind an array, through any traces that carry values; `undefined` when only its shape is known. */
export function readTensor(x: AnyArray): Tensor | undefined {
  let content = contentOf(x);
  while (isTraced(content)) {
    if (content.value === undefined) return undefined;
    content = contentOf(content.value);
  }
  return content;
}
