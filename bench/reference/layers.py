"""Values and gradients of layers by PyTorch, of attention by JAX too, in float64.

    python bench/reference/layers.py > packages/core/src/nn/golden/layers.json

Weights are drawn by numpy and written out in the layout of steepest: matrices "in out".
"""

import json
import sys

import jax
import numpy as np
import torch
import torch.nn.functional as F

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)
SEED = 7
rng = np.random.default_rng(SEED)


def draw(*shape, scale=1.0):
    return rng.standard_normal(shape) * scale


def grads(output, weights, leaves):
    """Gradients of sum(output * weights): weights make every entry count differently."""
    return torch.autograd.grad((output * torch.tensor(weights)).sum(), leaves)


def plain(x):
    return np.asarray(x.detach() if isinstance(x, torch.Tensor) else x).tolist()


cases = {}

# elementwise
x = np.array([-6.0, -2.5, -1.0, -1e-3, 0.0, 0.3, 1.0, 4.0])
for name, f in {
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu-tanh": lambda v: F.gelu(v, approximate="tanh"),
    "silu": F.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}.items():
    v = torch.tensor(x, requires_grad=True)
    y = f(v)
    cases[f"activation {name}"] = {"x": plain(x), "output": plain(y), "dx": plain(torch.autograd.grad(y.sum(), v)[0])}

# norms
x, scale, offset, weights = draw(3, 5) * 2 + 1, draw(5), draw(5), draw(3, 5)
for name, f, parts in [
    ("layerNorm", lambda v, s, o: F.layer_norm(v, (5,), s, o, eps=1e-5), (x, scale, offset)),
    ("rmsNorm", lambda v, s: F.rms_norm(v, (5,), s, eps=1e-6), (x, scale)),
]:
    leaves = [torch.tensor(p, requires_grad=True) for p in parts]
    y = f(*leaves)
    names = ["x", "scale", "offset"]
    cases[name] = {
        **{n: plain(p) for n, p in zip(names, parts)},
        "weights": plain(weights),
        "output": plain(y),
        **{f"d{n}": plain(g) for n, g in zip(names, grads(y, weights, leaves))},
    }

# scaled dot-product attention, leading axes 2 3
Q, K, V, weights = draw(2, 3, 4, 6), draw(2, 3, 5, 6), draw(2, 3, 5, 7), draw(2, 3, 4, 7)
mask = rng.random((4, 5)) < 0.6
mask[1] = [True, False, False, False, False]
mask[3] = True
for name, options in [("plain", {}), ("mask", {"attn_mask": torch.tensor(mask)}), ("scale", {"scale": 0.25})]:
    leaves = [torch.tensor(p, requires_grad=True) for p in (Q, K, V)]
    y = F.scaled_dot_product_attention(*leaves, **options)
    # JAX lays it out as batch, length, heads, width
    over = lambda a: a.transpose(0, 2, 1, 3)
    other = jax.nn.dot_product_attention(
        over(Q), over(K), over(V[..., :6]), mask=mask[None, None] if name == "mask" else None, scale=options.get("scale")
    )
    difference = np.abs(over(np.asarray(other)) - plain(y[..., :6])).max()
    assert difference < 1e-6, (name, difference)  # JAX takes softmax in float32
    cases[f"attention {name}"] = {
        "Q": plain(Q), "K": plain(K), "V": plain(V), "weights": plain(weights), "mask": mask.astype(int).tolist(),
        "output": plain(y),
        **{f"d{n}": plain(g) for n, g in zip("QKV", grads(y, weights, leaves))},
    }
q, k, v, weights = draw(4, 6), draw(4, 6), draw(4, 6), draw(4, 6)
leaves = [torch.tensor(p, requires_grad=True) for p in (q, k, v)]
y = F.scaled_dot_product_attention(*leaves, is_causal=True)
other = jax.nn.dot_product_attention(*(a[None, :, None] for a in (q, k, v)), is_causal=True)
assert np.abs(np.asarray(other)[0, :, 0] - plain(y)).max() < 1e-6
cases["attention causal"] = {
    "Q": plain(q), "K": plain(k), "V": plain(v), "weights": plain(weights), "output": plain(y),
    **{f"d{n}": plain(g) for n, g in zip("QKV", grads(y, weights, leaves))},
}

# rotary: pairs (i, i + width/2) as complex numbers times exp(i * angle)
x = draw(2, 5, 8)
angles = np.arange(5)[:, None] * 10000.0 ** (-np.arange(4) / 4)
turned = (x[..., :4] + 1j * x[..., 4:]) * np.exp(1j * angles)
cases["rotary"] = {"x": plain(x), "output": plain(np.concatenate([turned.real, turned.imag], -1))}

# multi-head attention, against torch.nn.MultiheadAttention (its weights are "out in", queries, keys and values stacked)
width, heads, length = 8, 2, 4
params = {n: {"weight": draw(width, width, scale=0.5), "bias": draw(width, scale=0.5)} for n in ("q", "k", "v", "out")}
x, weights = draw(2, length, width), draw(2, length, width)
for causal in (False, True):
    layer = torch.nn.MultiheadAttention(width, heads, batch_first=True)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.tensor(np.concatenate([params[n]["weight"].T for n in "qkv"])))
        layer.in_proj_bias.copy_(torch.tensor(np.concatenate([params[n]["bias"] for n in "qkv"])))
        layer.out_proj.weight.copy_(torch.tensor(params["out"]["weight"].T))
        layer.out_proj.bias.copy_(torch.tensor(params["out"]["bias"]))
    v = torch.tensor(x, requires_grad=True)
    not_allowed = torch.triu(torch.ones(length, length, dtype=torch.bool), 1) if causal else None
    y, seen = layer(v, v, v, attn_mask=not_allowed, average_attn_weights=False)
    dx, dw, db, dout = grads(y, weights, [v, layer.in_proj_weight, layer.in_proj_bias, layer.out_proj.weight])
    cases["multi-head causal" if causal else "multi-head"] = {
        "params": {n: {k: plain(p) for k, p in layer.items()} for n, layer in params.items()},
        "x": plain(x), "weights": plain(weights), "output": plain(y), "seen": plain(seen), "dx": plain(dx),
        "dq": plain(dw[:width].T), "dk": plain(dw[width : 2 * width].T), "dv": plain(dw[2 * width :].T),
        "dqBias": plain(db[:width]), "dout": plain(dout.T),
    }

# grouped queries: 4 heads, 2 of keys and values
Q, K, V = draw(4, 3, 6), draw(2, 3, 6), draw(2, 3, 6)
y = F.scaled_dot_product_attention(*(torch.tensor(a)[None] for a in (Q, K, V)), enable_gqa=True)
cases["grouped"] = {"Q": plain(Q), "K": plain(K), "V": plain(V), "output": plain(y[0])}

# a block: norms first, gelu, with torch's own pieces
block = torch.nn.TransformerEncoderLayer(
    width, heads, dim_feedforward=4 * width, dropout=0.0, activation="gelu", norm_first=True, batch_first=True
)
with torch.no_grad():
    for p in block.parameters():
        p.copy_(torch.tensor(draw(*p.shape, scale=0.4)))
v = torch.tensor(x, requires_grad=True)
y = block(v, src_mask=torch.nn.Transformer.generate_square_subsequent_mask(length), is_causal=True)
a = block.self_attn
leaves = [v, a.in_proj_weight, block.linear1.weight, block.linear2.bias, block.norm1.weight, block.norm2.bias]
dx, dqkv, dwide, dback, dscale, doffset = grads(y, weights, leaves)
linear = lambda w, b: {"weight": plain(w.T), "bias": plain(b)}
split = lambda p: p.detach().reshape(3, width, *p.shape[1:])
cases["block"] = {
    "params": {
        "norm1": {"scale": plain(block.norm1.weight), "offset": plain(block.norm1.bias)},
        "attend": {
            **{n: linear(split(a.in_proj_weight)[i], split(a.in_proj_bias)[i]) for i, n in enumerate("qkv")},
            "out": linear(a.out_proj.weight, a.out_proj.bias),
        },
        "norm2": {"scale": plain(block.norm2.weight), "offset": plain(block.norm2.bias)},
        "mlp": [linear(block.linear1.weight, block.linear1.bias), linear(block.linear2.weight, block.linear2.bias)],
    },
    "x": plain(x), "weights": plain(weights), "output": plain(y), "dx": plain(dx),
    "dk": plain(split(dqkv)[1].T), "dwide": plain(dwide.T), "dback": plain(dback), "dscale": plain(dscale), "doffset": plain(doffset),
}

origin = {
    "tool": f"torch {torch.__version__}, jax {jax.__version__}, numpy {np.__version__}, float64",
    "seed": SEED,
    "script": "bench/reference/layers.py",
}
json.dump({"origin": origin, "cases": cases}, sys.stdout)
