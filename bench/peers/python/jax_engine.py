"""JAX on CPU: whole steps under jit with donated parameters and state; results are awaited."""

import math
import os

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)  # f64 workloads; arrays keep the width of their inputs


def start():
    return {
        "versions": {"jax": jax.__version__},
        # XLA has no call that tells its threads: NPROC sets the size of its pool, `cores` of each block shows the effect
        "settings": lambda: {"tier": "native", "fma": True, "threads": int(os.environ.get("NPROC", "1"))},
        "dtypes": ["f32", "f64"],
        "tasks": tasks,
    }


def arrays(inputs):
    return {name: jnp.asarray(x) for name, x in inputs.items()}


def repeated(f, *args):
    compiled = jax.jit(f)

    def run():
        return jax.block_until_ready(compiled(*args))

    return run, run


def flip(x):
    return jnp.swapaxes(x, -1, -2)


products = {
    "nn": lambda a, b: a @ b,
    "nt": lambda a, b: a @ flip(b),
    "tn": lambda a, b: flip(a) @ b,
}
maps = {
    "relu": lambda x: jnp.maximum(x * 1.5 + 0.25, 0) * x - 0.5,
    "silu": lambda x: jax.nn.sigmoid(x * 1.5 + 0.25) * x,
    "tanh": jnp.tanh,
    "exp": jnp.exp,
    "erf": jax.scipy.special.erf,
    "log": jnp.log,
}


def matmul(inputs, params):
    t = arrays(inputs)
    return repeated(products[params["form"]], t["a"], t["b"])


def matmuls(inputs, params):
    t = arrays(inputs)
    forms = params["forms"]
    pairs = [(t[f"a{i}"], t[f"b{i}"]) for i in range(len(forms))]
    return repeated(lambda pairs: [products[form](a, b) for form, (a, b) in zip(forms, pairs)], pairs)


def unary(f):
    return lambda inputs, params: repeated(f, arrays(inputs)["x"])


def normalize(x):
    centered = x - x.mean(-1, keepdims=True)
    return centered / jnp.sqrt((centered * centered).mean(-1, keepdims=True) + 1e-5)


def rbf(inputs, params):
    rows, gamma = params["rows"], params["gamma"]

    def f(X):
        some = X[:rows]
        squares = (X * X).sum(1)
        return jnp.exp(((some * some).sum(1, keepdims=True) + squares - 2 * (some @ X.T)) * -gamma)

    return repeated(f, arrays(inputs)["X"])


def adam_update(p, m, v, grads, t):
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
    c1, c2 = 1 / (1 - 0.9**t), 1 / (1 - 0.999**t)
    p = jax.tree.map(lambda p, m, v: p - (1e-3 * (m * c1) / (jnp.sqrt(v * c2) + 1e-8)).astype(p.dtype), p, m, v)
    return p, m, v


def adam(inputs, params):
    t = arrays(inputs)
    pick = lambda key: [t[f"{key}{i}"] for i in range(params["leaves"])]
    step = jax.jit(adam_update, donate_argnums=(0, 1, 2))
    grads = pick("g")
    state = [pick("p"), [jnp.zeros_like(x) for x in pick("p")], [jnp.zeros_like(x) for x in pick("p")]]
    count = [0]

    def run():
        count[0] += 1
        state[:] = jax.block_until_ready(step(*state, grads, jnp.float32(count[0])))

    def read():
        run()
        return state[0]

    return run, read


def training(loss, params, batch):
    @jax.jit
    def first(p):
        return jax.tree.map(jnp.zeros_like, p)

    def step(p, m, v, t, batch):
        value, grads = jax.value_and_grad(loss)(p, batch)
        return (*adam_update(p, m, v, grads, t), value)

    compiled = jax.jit(step, donate_argnums=(0, 1, 2))
    state = [params, first(params), first(params)]
    count = [0]

    def run():
        count[0] += 1
        *state[:], value = compiled(*state, jnp.float32(count[0]), batch)
        return float(value)

    return run, run


def cross_entropy(logits, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[..., None], axis=-1).mean()


def mlp(inputs):
    t = arrays(inputs)
    batch = t.pop("x"), t.pop("labels")

    def loss(p, batch):
        x, labels = batch
        h1 = jax.nn.relu(x @ p["w1"] + p["b1"])
        h2 = jax.nn.relu(h1 @ p["w2"] + p["b2"])
        return cross_entropy(h2 @ p["w3"] + p["b3"], labels)

    return loss, t, batch


def mlp_forward(inputs, params):
    loss, p, batch = mlp(inputs)
    f = jax.jit(loss)
    run = lambda: float(f(p, batch))
    return run, run


def mlp_gradient(inputs, params):
    loss, p, batch = mlp(inputs)
    f = jax.jit(jax.value_and_grad(loss))

    def run():
        return jax.block_until_ready(f(p, batch))

    def read():
        value, grads = run()
        return [float(value), math.sqrt(sum(float((g.astype(jnp.float64) ** 2).sum()) for g in grads.values()))]

    return run, read


def linreg(inputs, params):
    t = arrays(inputs)
    x = t["x"]
    start = {"w": jnp.zeros(x.shape[1], x.dtype), "b": jnp.zeros((), x.dtype)}
    return training(lambda p, b: ((b[0] @ p["w"] + p["b"] - b[1]) ** 2).mean(), start, (x, t["y"]))


def gpt(inputs, params):
    t = arrays(inputs)
    batch = t.pop("ids"), t.pop("targets")
    blocks, heads = params["blocks"], params["heads"]
    n, s = batch[0].shape
    v, d = t["tokens"].shape
    norm = lambda: {"g": jnp.ones(d, jnp.float32), "b": jnp.zeros(d, jnp.float32)}
    linear = lambda w: {"w": w, "b": jnp.zeros(w.shape[1], w.dtype)}
    start = {
        "tokens": t["tokens"],
        "positions": t["positions"],
        "norm": norm(),
        "head": linear(t["head"]),
        "blocks": [
            {
                "norm1": norm(),
                "norm2": norm(),
                **{name: linear(t[f"{name}{i}"]) for name in ("qkv", "o", "f1", "f2")},
            }
            for i in range(blocks)
        ],
    }
    mask = jnp.triu(jnp.full((s, s), -1e9, jnp.float32), 1)
    dense = lambda x, p: x @ p["w"] + p["b"]
    layer_norm = lambda x, p: normalize(x) * p["g"] + p["b"]

    def attention(x, p):
        q, k, value = dense(x, p["qkv"]).reshape(n, s, 3, heads, d // heads).transpose(2, 0, 3, 1, 4)
        scores = q @ flip(k) / math.sqrt(d // heads) + mask
        return dense((jax.nn.softmax(scores) @ value).transpose(0, 2, 1, 3).reshape(n, s, d), p["o"])

    def loss(p, batch):
        ids, targets = batch
        x = p["tokens"][ids] + p["positions"]
        for block in p["blocks"]:
            x = x + attention(layer_norm(x, block["norm1"]), block)
            x = x + dense(jax.nn.gelu(dense(layer_norm(x, block["norm2"]), block["f1"]), approximate=True), block["f2"])
        return cross_entropy(dense(layer_norm(x, p["norm"]), p["head"]), targets)

    return training(loss, start, batch)


def logistic_vg(inputs, params):
    t = arrays(inputs)
    p = {"w": jnp.full(t["X"].shape[1], params["at"]), "b": jnp.asarray(params["at"])}

    def loss(p, X, y):
        z = X @ p["w"] + p["b"]
        return (jax.nn.softplus(z) - y * z).mean()

    f = jax.jit(jax.value_and_grad(loss))

    def run():
        return jax.block_until_ready(f(p, t["X"], t["y"]))

    def read():
        value, grads = run()
        return [value, grads["w"], grads["b"]]

    return run, read


def eager_add(inputs, params):
    t = arrays(inputs)

    def run():
        return (t["x"] + t["y"]).block_until_ready()

    return run, run


tasks = {
    "matmul": matmul,
    "matmuls": matmuls,
    "map": lambda inputs, params: unary(maps[params["fn"]])(inputs, params),
    "sum": unary(jnp.sum),
    "logsumexp": unary(lambda x: jax.scipy.special.logsumexp(x, -1)),
    "softmax": unary(jax.nn.softmax),
    "layernorm": unary(normalize),
    "gram": lambda inputs, params: repeated(lambda X: X.T @ X, arrays(inputs)["X"]),
    "rbf": rbf,
    "adam": adam,
    "mlp-step": lambda inputs, params: training(*mlp(inputs)),
    "mlp-forward": mlp_forward,
    "mlp-gradient": mlp_gradient,
    "linreg": linreg,
    "gpt": gpt,
    "logistic-vg": logistic_vg,
    "eager-add": eager_add,
    "compiled-add": unary(lambda x: x + 1),
}
