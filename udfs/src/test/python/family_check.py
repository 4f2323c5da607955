"""Recomputes the goldens of family_goldens.py with numpy alone, in double, from config.json and from config.old.json.

It shares no code with transformers: the formulas are those of resources/families/README.md. Needs numpy, safetensors.
Legend: T tokens, D hidden, H query heads, G key/value heads, E head size, R rotated part of E.
"""

import json
from math import ceil, floor, log, pi, sqrt
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

FAMILIES = Path(__file__).parent.parent / "resources" / "families"


def rope_of(config, sliding):
    """Rotary parameters of a layer, from the new form or the old one."""
    gemma = config["model_type"] == "gemma3_text"
    if "rope_parameters" in config:
        rope = config["rope_parameters"]
        return rope["sliding_attention" if sliding else "full_attention"] if gemma else rope
    if gemma and sliding:
        return dict(rope_type="default", rope_theta=config["rope_local_base_freq"])
    rope = dict(config.get("rope_scaling") or {})
    rope["rope_type"] = rope.get("rope_type", rope.get("type", "default"))
    return dict(rope_theta=config["rope_theta"], partial_rotary_factor=config.get("partial_rotary_factor", 1.0)) | rope


def frequencies(config, rope, head_size, tokens):
    """Angles per position, one for each rotated pair, and the factor on cosine and sine."""
    kind, theta = rope["rope_type"], rope["rope_theta"]
    R = int(head_size * rope.get("partial_rotary_factor", 1.0))
    pair = np.arange(0, R, 2) / R
    plain, limit = theta ** -pair, config["max_position_embeddings"]
    original = config.get("original_max_position_embeddings", rope.get("original_max_position_embeddings", limit))
    factor = rope.get("factor", limit / original)
    if kind == "linear":
        return plain / factor, 1.0
    if kind == "dynamic":
        grown = factor * max(tokens, limit) / limit - (factor - 1)
        return (theta * grown ** (R / (R - 2))) ** -pair, 1.0
    if kind == "llama3":
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        turns = original * plain / (2 * pi)  # turns of each pair within the original length
        smooth = np.clip((turns - low) / (high - low), 0, 1)
        return plain * (smooth + (1 - smooth) / factor), 1.0
    if kind == "longrope":
        scale = np.array(rope["long_factor" if tokens > original else "short_factor"])
        wide = 1.0 if factor <= 1 else sqrt(1 + log(factor) / log(original))
        return plain / scale, rope.get("attention_factor", wide)
    if kind == "yarn":
        at = lambda turns: R * log(original / (turns * 2 * pi)) / (2 * log(theta))
        low, high = at(rope.get("beta_fast", 32)), at(rope.get("beta_slow", 1))
        if rope.get("truncate", True):
            low, high = floor(low), ceil(high)
        low, high = max(low, 0), min(high, R - 1)
        ramp = np.clip((np.arange(R // 2) - low) / (high - low if high != low else 0.001), 0, 1)
        mscale = lambda m: 1.0 if factor <= 1 else 0.1 * m * log(factor) + 1
        m, all_dim = rope.get("mscale"), rope.get("mscale_all_dim")
        wide = mscale(m) / mscale(all_dim) if m and all_dim else mscale(1)
        return plain * (1 - ramp) + plain / factor * ramp, rope.get("attention_factor", wide)
    return plain, 1.0


def is_sliding(config, layer):
    kind = config["model_type"]
    if "layer_types" in config:
        return config["layer_types"][layer] == "sliding_attention"
    if kind == "gemma3_text":
        return (layer + 1) % config.get("sliding_window_pattern", 6) != 0
    if kind in ("qwen2", "qwen3"):
        return config["use_sliding_window"] and layer >= config["max_window_layers"]
    return config.get("sliding_window") is not None


def score(config, weights, tokens, response):
    gemma, phi = config["model_type"] == "gemma3_text", config["model_type"] == "phi3"
    H, D, T = config["num_attention_heads"], config["hidden_size"], len(tokens)
    G, E = config["num_key_value_heads"], config.get("head_dim") or D // H
    gelu = lambda x: 0.5 * x * (1 + np.tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))
    activation = gelu if gemma else lambda x: x / (1 + np.exp(-x))
    scale = (config["query_pre_attn_scalar"] if gemma else E) ** -0.5

    def norm(x, name):
        weight = weights[name + ".weight"] + (1 if gemma else 0)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + config["rms_norm_eps"]) * weight

    def linear(x, name):
        return x @ weights[name + ".weight"].T + weights.get(name + ".bias", 0.0)

    def rotate(x, angles, factor):  # (T, heads, E)
        half = angles.shape[1]
        a, b, rest = x[..., :half], x[..., half:2 * half], x[..., 2 * half:]
        cos, sin = np.cos(angles)[:, None] * factor, np.sin(angles)[:, None] * factor
        return np.concatenate([a * cos - b * sin, b * cos + a * sin, rest], -1)

    x = weights["model.embed_tokens.weight"][tokens] * (sqrt(D) if gemma else 1)
    focus = np.zeros(T)
    behind = np.arange(T)[:, None] - np.arange(T)  # how far key j lies behind query i
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        normed = norm(x, at + "input_layernorm")
        if phi:
            q, k, v = np.split(linear(normed, at + "self_attn.qkv_proj"), [H * E, (H + G) * E], -1)
        else:
            q, k, v = (linear(normed, at + f"self_attn.{p}_proj") for p in "qkv")
        q, k, v = q.reshape(T, H, E), k.reshape(T, G, E), v.reshape(T, G, E)
        if at + "self_attn.q_norm.weight" in weights:
            q, k = norm(q, at + "self_attn.q_norm"), norm(k, at + "self_attn.k_norm")
        sliding = is_sliding(config, layer)
        inverse, factor = frequencies(config, rope_of(config, sliding), E, T)
        angles = np.arange(T)[:, None] * inverse
        q, k = rotate(q, angles, factor), rotate(k, angles, factor)
        seen = (behind >= 0) & (behind < (config["sliding_window"] if sliding else T))
        mixed = np.empty((T, H, E))
        for h in range(H):
            g = h // (H // G)
            logits = np.where(seen, q[:, h] @ k[:, g].T * scale, -np.inf)
            share = np.exp(logits - logits.max(-1, keepdims=True))
            share /= share.sum(-1, keepdims=True)
            focus += share[-response:].sum(0) / (config["num_hidden_layers"] * H * response)
            mixed[:, h] = share @ v[:, g]
        out = linear(mixed.reshape(T, H * E), at + "self_attn.o_proj")
        x = x + (norm(out, at + "post_attention_layernorm") if gemma else out)
        normed = norm(x, at + ("pre_feedforward_layernorm" if gemma else "post_attention_layernorm"))
        if phi:
            gate, up = np.split(linear(normed, at + "mlp.gate_up_proj"), 2, -1)
        else:
            gate, up = linear(normed, at + "mlp.gate_proj"), linear(normed, at + "mlp.up_proj")
        out = linear(activation(gate) * up, at + "mlp.down_proj")
        x = x + (norm(out, at + "post_feedforward_layernorm") if gemma else out)
    head = weights.get("lm_head.weight", weights["model.embed_tokens.weight"])
    logits = norm(x, "model.norm")[-response - 1:-1] @ head.T
    top = logits.max(-1)
    normaliser = top + np.log(np.exp(logits - top[:, None]).sum(-1))
    return normaliser - logits[range(response), tokens[-response:]], focus


if __name__ == "__main__":
    for golden_file in sorted(FAMILIES.glob("*/golden.json")):
        folder, golden = golden_file.parent, json.loads(golden_file.read_text())
        weights = {name: w.astype(np.float64) for name, w in load_file(folder / "model.safetensors").items()}
        for file in ("config.json", "config.old.json"):
            config, worst = json.loads((folder / file).read_text()), 0.0
            for text in golden["sequences"]:
                nll, focus = score(config, weights, text["tokens"], text["response_tokens"])
                worst = max(worst, np.abs(nll - text["negative_log_likelihood"]).max(),
                            np.abs(focus - text["attention"]).max())
            print(f"{folder.name:28} {file:16} {worst:.1e}")
            assert worst < 1e-9, (folder.name, file)
