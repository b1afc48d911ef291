// What every optimizer must keep. An optimizer adds rows to the table below. Laws are functions of the optimizer, so that
// they can be run on wrong ones.
import { describe, expect, it } from "vitest";
import { array, type DType, grad, type NDArray, type Scalar } from "../index.ts";
import type { Optimizer, OptState } from "./index.ts";
import { perLeaf, sgd } from "./index.ts";

interface Row {
  readonly name: string;
  readonly make: () => Optimizer<unknown>;
  /** Steps after which ½w₁² + 2w₂² is below 1e-6 of its start. */
  readonly steps: number;
}

const rows: readonly Row[] = [
  { name: "sgd", make: () => sgd({ learningRate: 0.2 }), steps: 60 },
  { name: "sgd with a schedule", make: () => sgd({ learningRate: (t) => 0.3 / (1 + t / 50) }), steps: 100 },
  { name: "sgd with momentum", make: () => sgd({ learningRate: 0.1, momentum: 0.8 }), steps: 150 },
  { name: "sgd, averaging", make: () => sgd({ learningRate: 0.5, momentum: 0.8, form: "average" }), steps: 150 },
  { name: "sgd, Nesterov", make: () => sgd({ learningRate: 0.1, momentum: 0.8, nesterov: true }), steps: 150 },
  {
    name: "sgd, look-ahead",
    make: () => sgd({ learningRate: 0.1, momentum: 0.8, nesterov: "look-ahead" }),
    steps: 150,
  },
];

interface Model {
  w: NDArray;
  parts: [Scalar, { v: NDArray }];
}
type Free = Optimizer<unknown>;

const model = (dtype: "f64" | "f32" = "f64"): Model => {
  const float = (x: number | number[] | number[][]) => array(x, { dtype }) as NDArray;
  return { w: float([8, 3]), parts: [float(2) as Scalar, { v: float([[1, -1]]) }] };
};
const loss = ({ w, parts: [b, { v }] }: Model): Scalar =>
  w.square().mul([0.5, 2]).sum().add(b.square()).add(v.square().sum());

/** `steps` steps from a point, with gradients where the optimizer wants them. */
function run(optimizer: Free, params: Model, steps: number, state: OptState<Model, unknown> = optimizer.init(params)) {
  let [p, s] = [params, state];
  for (let i = 0; i < steps; i++) [p, s] = optimizer.step(p, grad(loss)(optimizer.gradParams(p, s)), s);
  return { params: p, state: s };
}

/** Arrays as text and back: what a file would hold. Every other value passes as it is. */
const save = (tree: unknown): string =>
  JSON.stringify(tree, function (this: Record<string, unknown>, key, value: unknown) {
    const held = this[key];
    return isNDArray(held) ? { dtype: held.dtype, shape: held.shape, data: held.toArray() } : value;
  });
function load(text: string): unknown {
  return JSON.parse(text, (_key, value: { dtype?: DType; shape: number[]; data: number[] }) =>
    value?.dtype === undefined ? value : array(value.data, { dtype: value.dtype }).reshape(...value.shape),
  );
}
const isNDArray = (x: unknown): x is NDArray => typeof x === "object" && x !== null && "toArray" in x;

const laws: Readonly<Record<string, (make: () => Free, row: { steps: number }) => boolean>> = {
  "resumes from a saved state bit for bit": (make) => {
    const through = run(make(), model(), 7);
    const half = run(make(), model(), 3);
    const saved = load(save(half)) as typeof half;
    return save(run(make(), saved.params, 4, saved.state)) === save(through);
  },

  "leaves its arguments as they are": (make) => {
    const optimizer = make();
    const params = model();
    const state = run(optimizer, params, 2).state;
    const before = save([params, state]);
    const g = grad(loss)(params);
    const gradients = save(g);
    optimizer.update(g, state, params);
    optimizer.step(params, g, state);
    return save([params, state]) === before && save(g) === gradients;
  },

  "is a function: twice the same is twice the same": (make) => {
    const optimizer = make();
    const params = model();
    const { state } = run(optimizer, params, 2);
    const g = grad(loss)(params);
    const [once, again] = [1, 2].map(() => save(optimizer.update(g, state, params)));
    return once === again;
  },

  "step is update and the addition, and counts": (make) => {
    const optimizer = make();
    const params = model();
    const state = optimizer.init(params);
    const g = grad(loss)(params);
    const { updates, state: next } = optimizer.update(g, state, params);
    const [stepped, counted] = optimizer.step(params, g, state);
    const added = params.w.add(updates.w).toArray();
    return (
      state.step.item() === 0 &&
      next.step.item() === 1 &&
      save(next) === save(counted) &&
      save(added) === save(stepped.w.toArray())
    );
  },

  "names the leaf whose gradient does not fit": (make) => {
    const optimizer = make();
    const params = model();
    const g = grad(loss)(params);
    const wrong: Model = { ...g, parts: [g.parts[0], { v: array([1, 2, 3]) }] };
    return messageOf(() => optimizer.step(params, wrong, optimizer.init(params))).includes('"parts.1.v" has shape [3]');
  },

  "keeps f32, in parameters and in state": (make) => {
    const { params, state } = run(make(), model("f32"), 3);
    return !save([params, state.slots]).includes("f64");
  },

  "f32 agrees with f64": (make) => {
    const [narrow, wide] = [run(make(), model("f32"), 20), run(make(), model(), 20)];
    const expected = wide.params.w.toArray();
    return narrow.params.w.toArray().every((v, i) => Math.abs(v - expected[i]!) < 1e-5 * 8);
  },

  "zero gradients change nothing": (make) => {
    const optimizer = make();
    let params = model();
    let state = optimizer.init(params);
    const zero: Model = grad((p: Model) => loss(p).mul(0))(params);
    for (let i = 0; i < 10; i++) [params, state] = optimizer.step(params, zero, state);
    return save(params) === save(model());
  },

  "rateScale multiplies the change of its step": (make) => {
    const optimizer = make();
    const params = model();
    const state = optimizer.init(params);
    const g = grad(loss)(params);
    const [whole, half] = [undefined, { rateScale: 0.5 }].map((o) => optimizer.update(g, state, params, o).updates.w);
    return whole!
      .mul(0.5)
      .toArray()
      .every((v, i) => v === half!.toArray()[i]);
  },

  "empty leaves are fine": (make) => {
    const optimizer = make();
    const params = { w: array([]) as NDArray };
    return optimizer.step(params, params, optimizer.init(params))[0].w.size === 0;
  },

  "reaches a minimum": (make, { steps }) => {
    const optimizer = make();
    const { params, state } = run(optimizer, model(), steps);
    return loss(optimizer.evalParams(params, state)).item() < 1e-6 * loss(model()).item();
  },
};

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe.each(rows)("$name", ({ make, steps }) => {
  it.each(Object.entries(laws))("%s", (_name, law) => {
    expect(law(make, { steps })).toBe(true);
  });
});

describe("the laws catch", () => {
  const plain = (change: Partial<Parameters<typeof perLeaf<{ m: NDArray }>>[0]>) =>
    perLeaf<{ m: NDArray }>({
      name: "wrong",
      formula: "",
      init: (param) => ({ m: param.zerosLike() }),
      update: ({ grad: g, slot: { m } }) => {
        const next = m.mul(0.8).add(g);
        return { update: next.mul(-0.1), slot: { m: next } };
      },
      ...change,
    });

  const mistakes: readonly { name: string; law: string; make: () => Free }[] = [
    {
      name: "a buffer that is not in the state",
      law: "resumes from a saved state bit for bit",
      make: () => {
        const hidden = new Map<string, NDArray>();
        return plain({
          update: ({ grad: g, slot, path }) => {
            const m = (hidden.get(path) ?? g.zerosLike()).mul(0.8).add(g);
            hidden.set(path, m);
            return { update: m.mul(-0.1), slot };
          },
        });
      },
    },
    {
      name: "a hidden count",
      law: "is a function: twice the same is twice the same",
      make: () => {
        let count = 0;
        return plain({ update: ({ grad: g, slot }) => ({ update: g.mul(-0.1 / ++count), slot }) });
      },
    },
    {
      name: "a state in f64 for a leaf in f32",
      law: "keeps f32, in parameters and in state",
      make: () => plain({ init: (param) => ({ m: param.zerosLike().astype("f64") as NDArray }) }),
    },
    {
      name: "decay that nobody asked for",
      law: "zero gradients change nothing",
      make: () => plain({ update: ({ grad: g, param, slot }) => ({ update: g.add(param.mul(0.01)).neg(), slot }) }),
    },
    {
      name: "uphill",
      law: "reaches a minimum",
      make: () => plain({ update: ({ grad: g, slot }) => ({ update: g.mul(0.1), slot }) }),
    },
    {
      name: "a state that is changed in place",
      law: "leaves its arguments as they are",
      make: () =>
        plain({
          update({ grad: g, slot }) {
            slot.m = slot.m.mul(0.8).add(g);
            return { update: slot.m.mul(-0.1), slot };
          },
        }),
    },
  ];

  it("nothing in the rule that they vary", () => {
    for (const law of Object.values(laws)) expect(law(() => plain({}), { steps: 150 })).toBe(true);
  });

  it.each(mistakes)("$name", ({ law, make }) => {
    expect(laws[law]!(make, { steps: 150 })).toBe(false);
  });
});
