"""Makes the tiny checkpoints of every family with transformers, and the golden numbers beside them.

    python3 -m venv /tmp/fam && /tmp/fam/bin/pip install torch transformers safetensors
    /tmp/fam/bin/python udfs/src/test/python/family_goldens.py [NAME ...]

Written per checkpoint, in src/test/resources/families/NAME:
    config.json, model.safetensors, generation_config.json   as save_pretrained leaves them
    config.old.json   the same config as directories published before transformers 5 state it
    golden.json       token ids, NLL of the response, attention focus, and how much each feature matters

transformers casts norms, softmax and rotary angles to float32 whatever the model's dtype, so model.double() is no
double precision. Goldens come from transformers' own code under RealFloat64, which turns these casts into float64.
"""

import copy
import hashlib
import json
import platform
import re
import shutil
import sys
import zlib
from pathlib import Path

import numpy
import safetensors.torch
import torch
import transformers
from torch.overrides import TorchFunctionMode
from transformers import AutoConfig, AutoModelForCausalLM

from family_checkpoints import ALL

FAMILIES = Path(__file__).parent.parent / "resources" / "families"
RESPONSE = 11
VERSIONS = dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__,
                safetensors=safetensors.__version__, numpy=numpy.__version__)
PRECISION = ("float64 throughout; transformers itself computes norms, softmax and rotary angles in float32 even after"
             " model.double(), and family_goldens.py replaced these casts")
ENOUGH = 1e-3  # switching a feature off must change some number by more: ten times the tolerance of the tests


class RealFloat64(TorchFunctionMode):
    """Every float32 that the modelling code asks for becomes float64; a float32 tensor all the same is an error."""

    def __enter__(self):
        torch.set_default_dtype(torch.float64)
        return super().__enter__()

    def __exit__(self, *error):
        torch.set_default_dtype(torch.float32)
        return super().__exit__(*error)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is torch.Tensor.float:
            return args[0].double()
        wide = lambda value: torch.float64 if value is torch.float32 else value
        result = function(*map(wide, args), **{key: wide(value) for key, value in (kwargs or {}).items()})
        if isinstance(result, torch.Tensor) and result.dtype == torch.float32:
            raise AssertionError(f"{function} gave float32")
        return result


def random_weights(model, seed):
    """Weights that make every feature count: peaked attention, norms away from neutral, biases away from zero."""
    random = numpy.random.RandomState(seed)  # its stream is frozen for all numpy versions
    gemma = model.config.model_type == "gemma3_text"
    for name, weight in sorted(model.named_parameters()):
        shape = tuple(weight.shape)
        if name.endswith(("q_norm.weight", "k_norm.weight")):
            values = random.normal(0.4 if gemma else 1.8, 0.3, shape)
        elif name.endswith("norm.weight"):
            values = random.normal(0.0 if gemma else 1.0, 0.3, shape)
        elif name.endswith(".bias"):
            values = random.normal(0.0, 0.5, shape)
        elif name.endswith(("embed_tokens.weight", "lm_head.weight")):
            values = random.normal(0.0, 0.6, shape)
        else:
            gain = 1.6 if name.endswith(("q_proj.weight", "k_proj.weight", "qkv_proj.weight")) else 1.0
            values = random.normal(0.0, gain / shape[1] ** 0.5, shape)
        weight.data.copy_(torch.from_numpy(values))


def build(config, weights, dtype):
    """A model of its own: dynamic rotary scaling remembers the longest text that a model has seen."""
    config = AutoConfig.for_model(**copy.deepcopy(config))  # it changes what it is given
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=dtype).eval()
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    return model


def score(config, weights, tokens, dtype=torch.float64):
    """NLL of the last RESPONSE tokens, and the attention focus (docs/method.md, Signals) of one text, by a fresh model."""
    model = build(config, weights, dtype)
    with torch.no_grad():
        out = model(torch.tensor([tokens]), output_attentions=True, use_cache=False)
    assert len(out.attentions) == model.config.num_hidden_layers
    given = out.logits[0, -RESPONSE - 1:-1].double()                             # the last position has no target
    nll = -torch.log_softmax(given, -1)[range(RESPONSE), tokens[-RESPONSE:]]
    focus = torch.stack(out.attentions)[:, 0, :, -RESPONSE:].double().mean((0, 1, 2))  # (layers, heads, R, T) -> (T)
    return nll, focus


def goldens(config, weights, texts):
    with RealFloat64():
        return [score(config, weights, tokens) for tokens in texts]


def furthest(these, those):
    """Largest difference in NLL and in attention focus over all texts."""
    return {key: max(float((a[i] - b[i]).abs().max()) for a, b in zip(these, those))
            for i, key in enumerate(("negative_log_likelihood", "attention"))}


def switched(checkpoint, config, weights):
    """Every way to take one feature away: name, config, weights."""
    for name, keys in checkpoint.off.items():
        yield name, {k: v for k, v in config.items() if k != "layer_types"} | keys, weights
    yield "rms_norm_eps", config | dict(rms_norm_eps=1e-6), weights
    neutral = 0.0 if checkpoint.model_type == "gemma3_text" else 1.0
    for kind in sorted({name.split(".", 3)[-1] if ".layers." in name else name for name in weights}):
        value = 0.0 if kind.endswith(".bias") else neutral if kind.endswith("norm.weight") else None
        if value is not None:
            yield kind, config, {k: torch.full_like(v, value) if k.endswith(kind) else v for k, v in weights.items()}
    for name, (kind, order) in checkpoint.swapped.items():
        rows = [row for start, end in order for row in range(start, end)]
        yield name, config, {k: v[rows] if kind in k else v for k, v in weights.items()}


def old_style(config):
    """The config as directories published before transformers 5 state it."""
    new = {"rope_parameters", "dtype", "layer_types", "_sliding_window_pattern"}
    old = {k: v for k, v in config.items() if k not in new}
    old |= dict(torch_dtype=config["dtype"], transformers_version="4.48.0", rope_scaling=None)
    rope = dict(config["rope_parameters"])
    if config["model_type"] == "gemma3_text":
        old.pop("tie_word_embeddings")  # true by default in this family, and not stated
        old["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = dict(rope["full_attention"])
    old["rope_theta"] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        old["partial_rotary_factor"] = rope.pop("partial_rotary_factor")
    if config["model_type"] == "phi3":
        rope.pop("original_max_position_embeddings", None)  # stays at the top, as published
    if config["model_type"] in ("qwen2", "qwen3") and not config["use_sliding_window"]:
        old["sliding_window"] = 16  # published files state a window that is not used
    kind = rope.pop("rope_type")
    if kind != "default":
        new_key = kind == "llama3" or config["model_type"] in ("gemma3_text", "qwen3")
        old["rope_scaling"] = rope | {"rope_type" if new_key else "type": kind}
    return dict(sorted(old.items()))


KEYS = """model_type architectures vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads
num_key_value_heads head_dim rms_norm_eps tie_word_embeddings rope_parameters max_position_embeddings
original_max_position_embeddings attention_bias mlp_bias sliding_window use_sliding_window max_window_layers layer_types
hidden_act hidden_activation query_pre_attn_scalar final_logit_softcapping""".split()


def keys_that_matter(config):
    scaling = json.dumps(config["rope_parameters"])
    unused = {"max_window_layers", "use_sliding_window"} if "layer_types" in config else set()
    if "dynamic" not in scaling and "longrope" not in scaling:
        unused |= {"max_position_embeddings", "original_max_position_embeddings"}
    return [key for key in KEYS if key in config and key not in unused]


def rounded(values):
    return [round(value, 12) for value in values.tolist()]


def make(checkpoint):
    folder = FAMILIES / checkpoint.name
    shutil.rmtree(folder, ignore_errors=True)
    seed = zlib.crc32(checkpoint.name.encode())
    config = AutoConfig.for_model(checkpoint.model_type, **copy.deepcopy(checkpoint.config))
    made = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    random_weights(made, seed)
    made.save_pretrained(folder, safe_serialization=True)

    weights = safetensors.torch.load_file(folder / "model.safetensors")
    assert all(weight.dtype == torch.float32 for weight in weights.values())
    config = json.loads((folder / "config.json").read_text())
    random = numpy.random.RandomState(seed + 1)
    texts = [random.randint(0, config["vocab_size"], length).tolist() for length in checkpoint.lengths]
    golden = goldens(config, weights, texts)

    old = old_style(config)
    (folder / "config.old.json").write_text(json.dumps(old, indent=2) + "\n")
    if max(furthest(goldens(old, weights, texts), golden).values()) > 0:
        raise AssertionError(f"{checkpoint.name}: config.old.json gives other numbers than config.json")

    narrow = [score(config, weights, tokens, torch.float32) for tokens in texts]
    mixed = [score(config, weights, tokens, torch.float64) for tokens in texts]
    off = {}
    for name, other, changed in switched(checkpoint, config, weights):
        off[name] = furthest(goldens(other, changed, texts), golden)
        if max(off[name].values()) < ENOUGH:
            raise AssertionError(f"{checkpoint.name}: {name} hardly matters: {off[name]}")
    tightest = max(float(focus.max()) for _, focus in golden)
    result = dict(
        checkpoint=checkpoint.name, sha256=hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        made_by="udfs/src/test/python/family_goldens.py", versions=VERSIONS, seed=seed, precision=PRECISION,
        config_keys=keys_that_matter(config),
        sequences=[dict(tokens=tokens, response_tokens=RESPONSE, negative_log_likelihood=rounded(nll),
                        attention=rounded(focus)) for tokens, (nll, focus) in zip(texts, golden)],
        largest_difference=dict(transformers_float32=furthest(narrow, golden), model_double=furthest(mixed, golden)),
        switched_off=off)
    text = json.dumps(result, indent=1)
    text = re.sub(r"\[[^][{}]*\]", lambda numbers: " ".join(numbers[0].split()), text)  # a list of numbers on one line
    (folder / "golden.json").write_text(text + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    weakest = min(off, key=lambda name: max(off[name].values()))
    print(f"{checkpoint.name:28} {size:6} bytes  fp32 {max(furthest(narrow, golden).values()):.1e}"
          f"  focus up to {tightest:.2f}  weakest switch: {weakest} {max(off[weakest].values()):.1e}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    print(VERSIONS)
    for checkpoint in ALL:
        if len(sys.argv) == 1 or checkpoint.name in sys.argv[1:]:
            make(checkpoint)
