"""Golden trajectories of optimizers as their origins run them: PyTorch, Optax, Keras (on torch), TensorFlow.js.

Usage: python bench/reference/optimizers.py > packages/core/src/optim/golden/origins.json
Keras runs when it can be imported. The rows of TensorFlow.js come from bench/reference/optimizers-tfjs.mjs, which prints the
same form; pass its output as the first argument to have them joined.

Every run is in float64 unless its library cannot (TensorFlow.js: float32), from a fixed start, on
    f(w) = 1/2 * sum_i c_i * (w_i - a_i)^2,   a coordinate with c = 0 never has a gradient.
"""
import json
import os
import sys

os.environ["KERAS_BACKEND"] = "torch"
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
import optax
import torch

START = [1.0, -2.0, 0.5, 3.0, 1e-3]
CURVATURE = [1.0, 20.0, 0.0, 1e-4, 1e-6]
TARGET = [0.0, 0.5, 0.0, -1.0, 0.0]
TIMES = [1, 2, 3, 5, 10, 30, 100, 300]
c, a = np.array(CURVATURE), np.array(TARGET)


def record(step):
    w = np.array(START)
    at = {}
    for t in range(1, max(TIMES) + 1):
        w = step(w, c * (w - a))
        if t in TIMES:
            at[str(t)] = [float(x) for x in w]
    return at


def torch_run(make):
    p = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    optimizer = make([p])

    def step(_, g):
        p.grad = torch.tensor(g)
        optimizer.step()
        return p.detach().numpy().copy()

    return record(step)


def optax_run(optimizer):
    params = jnp.array(START)
    state = optimizer.init(params)

    def step(w, g):
        nonlocal state
        updates, state = optimizer.update(jnp.array(g), state, jnp.array(w))
        return np.array(optax.apply_updates(jnp.array(w), updates))

    return record(step)


def keras_run(optimizer):
    import keras

    variable = keras.Variable(np.array(START), dtype="float64")

    def step(_, g):
        optimizer.apply([torch.tensor(g)], [variable])
        return variable.numpy().copy()

    return record(step)


def row(origin, optimizer, options, at):
    return {"origin": origin, "optimizer": optimizer, "options": options, "at": at}


T = f"torch {torch.__version__}"
O = f"optax {optax.__version__}"
o = torch.optim
rows = [
    # the defaults of each library
    row(T, "sgd", {"learningRate": 0.01, "momentum": 0.9}, torch_run(lambda p: o.SGD(p, 0.01, momentum=0.9))),
    row(T, "sgd", {"learningRate": 0.01, "momentum": 0.9, "nesterov": True}, torch_run(lambda p: o.SGD(p, 0.01, momentum=0.9, nesterov=True))),
    row(T, "adagrad", {"learningRate": 0.1, "preset": "torch"}, torch_run(lambda p: o.Adagrad(p, 0.1))),
    row(T, "rmsprop", {"learningRate": 0.01, "preset": "torch"}, torch_run(lambda p: o.RMSprop(p, 0.01))),
    row(T, "rmsprop", {"learningRate": 0.01, "preset": "torch", "centered": True, "momentum": 0.9}, torch_run(lambda p: o.RMSprop(p, 0.01, centered=True, momentum=0.9))),
    row(T, "rmsprop", {"learningRate": 0.01, "preset": "torch", "eps": 1e-3}, torch_run(lambda p: o.RMSprop(p, 0.01, eps=1e-3))),
    row(T, "adam", {"learningRate": 0.1, "preset": "torch"}, torch_run(lambda p: o.Adam(p, 0.1))),
    row(T, "adam", {"learningRate": 0.1, "preset": "torch", "eps": 1e-3}, torch_run(lambda p: o.Adam(p, 0.1, eps=1e-3))),
    row(T, "adam", {"learningRate": 0.1, "preset": "torch", "amsgrad": True}, torch_run(lambda p: o.Adam(p, 0.1, amsgrad=True))),
    row(T, "adamw", {"learningRate": 0.1, "preset": "torch"}, torch_run(lambda p: o.AdamW(p, 0.1))),
    row(T, "nadam", {"learningRate": 0.1}, torch_run(lambda p: o.NAdam(p, 0.1))),
    row(T, "radam", {"learningRate": 0.1}, torch_run(lambda p: o.RAdam(p, 0.1))),
    row(T, "adamax", {"learningRate": 0.1}, torch_run(lambda p: o.Adamax(p, 0.1))),
    row(T, "adadelta", {"learningRate": 1.0}, torch_run(lambda p: o.Adadelta(p, 1.0))),
    row(T, "adadelta", {"learningRate": 0.5, "decay": 0.8, "eps": 1e-3}, torch_run(lambda p: o.Adadelta(p, 0.5, rho=0.8, eps=1e-3))),
    row(O, "sgd", {"learningRate": 0.01, "momentum": 0.9, "nesterov": True}, optax_run(optax.sgd(0.01, momentum=0.9, nesterov=True))),
    row(O, "adagrad", {"learningRate": 0.1, "preset": "optax"}, optax_run(optax.adagrad(0.1))),
    row(O, "rmsprop", {"learningRate": 0.01, "preset": "optax"}, optax_run(optax.rmsprop(0.01))),
    row(O, "rmsprop", {"learningRate": 0.01, "preset": "optax", "eps": 1e-3}, optax_run(optax.rmsprop(0.01, eps=1e-3))),
    row(O, "adam", {"learningRate": 0.1, "preset": "optax"}, optax_run(optax.adam(0.1))),
    row(O, "adam", {"learningRate": 0.1, "preset": "optax", "nesterov": True, "epsRoot": 1e-4}, optax_run(optax.adam(0.1, nesterov=True, eps_root=1e-4))),
    row(O, "adam", {"learningRate": 0.1, "preset": "optax", "amsgrad": "corrected"}, optax_run(optax.amsgrad(0.1))),
    row(O, "adamw", {"learningRate": 0.1, "preset": "optax"}, optax_run(optax.adamw(0.1))),
    row(O, "adadelta", {"learningRate": 1.0}, optax_run(optax.adadelta(1.0))),
    row(O, "lion", {"learningRate": 0.01, "preset": "optax"}, optax_run(optax.lion(0.01))),
    # composition
    row(O, "averaged", {"learningRate": 0.1, "decay": 0.9}, None),
    row(O, "lookahead", {"learningRate": 0.01, "every": 4, "rate": 0.5}, None),
    row(O, "clipByGlobalNorm", {"learningRate": 0.01, "limit": 1.5}, optax_run(optax.chain(optax.clip_by_global_norm(1.5), optax.sgd(0.01)))),
    row(O, "clipByValue", {"learningRate": 0.01, "limit": 0.7}, optax_run(optax.chain(optax.clip(0.7), optax.sgd(0.01)))),
    row(O, "adaptiveClip", {"learningRate": 0.01, "limit": 0.2}, optax_run(optax.chain(optax.adaptive_grad_clip(0.2), optax.sgd(0.01)))),
    row(O, "accumulate", {"learningRate": 0.1, "every": 3}, optax_run(optax.MultiSteps(optax.adam(0.1), 3, accumulator_dtype=jnp.float64))),
]


def averaged_run():
    """EMA of parameters with the correction of optax.ema(debias=True), after each step of Adam."""
    ema = optax.ema(0.9, debias=True)
    state = ema.init(jnp.array(START))
    optimizer = optax.adam(0.1)
    inner = optimizer.init(jnp.array(START))
    w = jnp.array(START)
    at = {}
    for t in range(1, max(TIMES) + 1):
        updates, inner = optimizer.update(jnp.array(c * (np.array(w) - a)), inner, w)
        w = optax.apply_updates(w, updates)
        mean, state = ema.update(w, state)
        if t in TIMES:
            at[str(t)] = [float(x) for x in mean]
    return at


def lookahead_run():
    params = optax.LookaheadParams.init_synced(jnp.array(START))
    optimizer = optax.lookahead(optax.sgd(0.01), sync_period=4, slow_step_size=0.5)
    state = optimizer.init(params)
    at = {}
    for t in range(1, max(TIMES) + 1):
        updates, state = optimizer.update(jnp.array(c * (np.array(params.fast) - a)), state, params)
        params = optax.apply_updates(params, updates)
        if t in TIMES:
            at[str(t)] = [float(x) for x in params.slow]
    return at


for r in rows:
    if r["optimizer"] == "averaged":
        r["at"] = averaged_run()
    if r["optimizer"] == "lookahead":
        r["at"] = lookahead_run()

try:
    import keras

    K = f"keras {keras.__version__} on {T}"
    k = keras.optimizers
    keras.config.set_floatx("float64")
    rows += [
        row(K, "sgd", {"learningRate": 0.01, "momentum": 0.9, "nesterov": True}, keras_run(k.SGD(0.01, momentum=0.9, nesterov=True))),
        row(K, "adagrad", {"learningRate": 0.1, "preset": "keras"}, keras_run(k.Adagrad(0.1))),
        row(K, "rmsprop", {"learningRate": 0.01, "preset": "keras"}, keras_run(k.RMSprop(0.01))),
        row(K, "adam", {"learningRate": 0.1, "preset": "keras"}, keras_run(k.Adam(0.1))),
        row(K, "adamw", {"learningRate": 0.1, "preset": "keras"}, keras_run(k.AdamW(0.1))),
        row(K, "lion", {"learningRate": 0.01, "preset": "keras"}, keras_run(k.Lion(0.01))),
    ]
except ImportError:
    print("keras is not installed: its rows are left out", file=sys.stderr)

if len(sys.argv) > 1:
    rows += json.load(open(sys.argv[1]))

# Muon on matrices: two steps from given gradients
rng = np.random.default_rng(7)
W, G = rng.normal(size=(4, 3)), rng.normal(size=(3, 4, 3))
optimizer = optax.contrib.muon(0.02, weight_decay=0.1)
state = optimizer.init(jnp.array(W))
w = jnp.array(W)
after = []
for g in G:
    updates, state = optimizer.update(jnp.array(g), state, w)
    w = optax.apply_updates(w, updates)
    after.append(np.array(w).tolist())
muon = [{"origin": O, "options": {"learningRate": 0.02, "weightDecay": 0.1, "preset": "optax"}, "start": W.tolist(), "gradients": G.tolist(), "after": after}]
if hasattr(o, "Muon"):
    p = torch.nn.Parameter(torch.tensor(W.T.copy()))
    t = o.Muon([p], lr=0.02, weight_decay=0.1)
    after = []
    for g in G:
        p.grad = torch.tensor(g.T.copy())
        t.step()
        after.append(p.detach().numpy().T.tolist())
    muon.append({"origin": T + " (Newton-Schulz in bfloat16)", "options": {"learningRate": 0.02, "weightDecay": 0.1, "preset": "torch"}, "start": W.tolist(), "gradients": G.tolist(), "after": after})

# adaptive clipping of a matrix: one call
w2, g2 = rng.normal(size=(3, 4)), 5 * rng.normal(size=(3, 4))
agc, _ = optax.adaptive_grad_clip(0.3).update(jnp.array(g2), optax.EmptyState(), jnp.array(w2))

json.dump(
    {
        "origin": {"tools": [T, O] + sorted({r["origin"] for r in rows} - {T, O}), "script": "bench/reference/optimizers.py"},
        "about": "w after t updates of f(w) = 1/2 * sum_i c_i*(w_i - a_i)^2; options without a preset are the library's defaults",
        "start": START, "curvature": CURVATURE, "target": TARGET,
        "runs": rows,
        "muon": muon,
        "adaptiveClip": {"ratio": 0.3, "weights": w2.tolist(), "gradient": g2.tolist(), "clipped": np.array(agc).tolist()},
    },
    sys.stdout,
)
print()
