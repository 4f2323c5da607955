"""The tiny checkpoints of family_goldens.py: what each is made of, and what must matter to its numbers.

Widths are small and odd on purpose: three query heads per key/value head, heads whose joint width is not the hidden
size, windows and original lengths shorter than the text.
"""

from dataclasses import dataclass, field

SHAPE = dict(vocab_size=64, hidden_size=18, intermediate_size=24, num_hidden_layers=2, rms_norm_eps=0.01,
             bos_token_id=1, eos_token_id=2, pad_token_id=None, tie_word_embeddings=False)
WIDE_HEADS = SHAPE | dict(num_attention_heads=6, num_key_value_heads=2, head_dim=8)
ONE_KEY_HEAD = SHAPE | dict(num_attention_heads=3, num_key_value_heads=1, head_dim=16)
NO_HEAD_DIM = SHAPE | dict(hidden_size=24, num_attention_heads=3, num_key_value_heads=1)
PLAIN = dict(rope_type="default", rope_theta=500.0)


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint: its config, the lengths of its texts, and the switches that must change its numbers."""

    name: str
    model_type: str
    config: dict
    off: dict[str, dict] = field(default_factory=dict)  # name of a feature -> config keys that take it away or bend it
    swapped: dict[str, tuple] = field(default_factory=dict)  # name -> (tensor, row ranges in another order)
    lengths: tuple = (96, 40)


def rope(kind, theta=100.0, **more):
    return dict(rope_type=kind, rope_theta=theta, **more)


def without(parameters, *keys, **instead):
    """Rotary parameters without some keys, or with others instead."""
    return dict(rope_parameters={k: v for k, v in parameters.items() if k not in keys} | instead)


NO_SCALING = dict(rope_parameters=rope("default"))
OTHER_THETA = dict(rope_parameters=rope("default", 1000.0))

LINEAR = rope("linear", factor=4.0)
DYNAMIC = rope("dynamic", factor=2.0)
YARN = rope("yarn", factor=4.0, original_max_position_embeddings=64)
YARN_KEYS = YARN | dict(beta_fast=4.0, beta_slow=0.5, mscale=1.0, mscale_all_dim=0.4, truncate=False)
YARN_FACTOR = YARN | dict(attention_factor=1.25)
LLAMA3 = rope("llama3", 500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)
SHORT, LONG = [1.0, 1.1, 1.4, 2.0], [1.2, 2.5, 6.0, 12.0]
LONGROPE = rope("longrope", short_factor=SHORT, long_factor=LONG, original_max_position_embeddings=48)

LLAMA = [
    Checkpoint("llama", "llama", WIDE_HEADS | dict(rope_parameters=PLAIN), dict(rope_theta=OTHER_THETA)),
    Checkpoint("llama-biases", "llama",
               WIDE_HEADS | dict(rope_parameters=PLAIN, attention_bias=True, mlp_bias=True, tie_word_embeddings=True)),
    Checkpoint("llama-linear", "llama", WIDE_HEADS | dict(rope_parameters=LINEAR), dict(scaling=NO_SCALING)),
    Checkpoint("llama-dynamic", "llama", WIDE_HEADS | dict(rope_parameters=DYNAMIC, max_position_embeddings=32),
               dict(scaling=NO_SCALING, length=dict(max_position_embeddings=48)), lengths=(96, 40, 32, 24)),
    Checkpoint("llama-yarn", "llama", ONE_KEY_HEAD | dict(rope_parameters=YARN, max_position_embeddings=256),
               dict(scaling=NO_SCALING, attention_factor=without(YARN, attention_factor=1.0),
                    original_length=without(YARN, original_max_position_embeddings=128))),
    Checkpoint("llama-yarn-keys", "llama", ONE_KEY_HEAD | dict(rope_parameters=YARN_KEYS, max_position_embeddings=256),
               {key: without(YARN_KEYS, key) for key in ("beta_fast", "beta_slow", "mscale", "truncate")}),
    Checkpoint("llama-yarn-attention-factor", "llama",
               ONE_KEY_HEAD | dict(rope_parameters=YARN_FACTOR, max_position_embeddings=256),
               dict(attention_factor=without(YARN_FACTOR, "attention_factor"))),
    Checkpoint("llama-llama3", "llama", WIDE_HEADS | dict(rope_parameters=LLAMA3, max_position_embeddings=256),
               dict(scaling=dict(rope_parameters=PLAIN), low_freq_factor=without(LLAMA3, low_freq_factor=0.5),
                    high_freq_factor=without(LLAMA3, high_freq_factor=2.0),
                    original_length=without(LLAMA3, original_max_position_embeddings=64))),
    Checkpoint("llama-longrope", "llama",
               WIDE_HEADS | dict(rope_parameters=LONGROPE | dict(factor=4.0), max_position_embeddings=128),
               dict(scaling=NO_SCALING, short=without(LONGROPE, factor=4.0, short_factor=LONG),
                    long=without(LONGROPE, factor=4.0, long_factor=SHORT), factor=without(LONGROPE)),
               lengths=(96, 49, 48, 40)),
]

MISTRAL = [
    Checkpoint("mistral-window", "mistral", WIDE_HEADS | dict(rope_parameters=PLAIN, sliding_window=16),
               dict(window=dict(sliding_window=None), window_narrower=dict(sliding_window=15),
                    window_wider=dict(sliding_window=17))),
    Checkpoint("mistral", "mistral", WIDE_HEADS | dict(rope_parameters=PLAIN, sliding_window=None),
               dict(no_window=dict(sliding_window=16))),
]

QWEN = dict(use_sliding_window=True, sliding_window=16, num_hidden_layers=3, intermediate_size=12)
QWEN2_YARN = rope("yarn", factor=4.0, original_max_position_embeddings=64)
QWEN2 = [
    Checkpoint("qwen2", "qwen2", NO_HEAD_DIM | dict(rope_parameters=PLAIN, tie_word_embeddings=True, sliding_window=16,
                                                    use_sliding_window=False, max_window_layers=1),
               dict(no_window=dict(use_sliding_window=True, sliding_window=16))),
    Checkpoint("qwen2-window", "qwen2", NO_HEAD_DIM | QWEN | dict(rope_parameters=PLAIN, max_window_layers=1),
               dict(window=dict(use_sliding_window=False), all_layers=dict(max_window_layers=0),
                    fewer_layers=dict(max_window_layers=2), window_narrower=dict(sliding_window=15))),
    Checkpoint("qwen2-yarn", "qwen2", NO_HEAD_DIM | dict(rope_parameters=QWEN2_YARN, max_position_embeddings=256),
               dict(scaling=NO_SCALING, attention_factor=without(QWEN2_YARN, attention_factor=1.0))),
]
QWEN3 = [
    Checkpoint("qwen3", "qwen3", WIDE_HEADS | dict(rope_parameters=PLAIN, tie_word_embeddings=True)),
    Checkpoint("qwen3-window", "qwen3",
               WIDE_HEADS | QWEN | dict(rope_parameters=PLAIN, max_window_layers=2, attention_bias=True),
               dict(window=dict(use_sliding_window=False), more_layers=dict(max_window_layers=1))),
]

# Rows of the fused tensors: 24 for q, 8 for k, 8 for v; 24 for gate, 24 for up.
FUSED = {"k and v": ("qkv_proj", [(0, 24), (32, 40), (24, 32)]), "gate and up": ("gate_up_proj", [(24, 48), (0, 24)])}
PHI3_SHAPE = NO_HEAD_DIM | dict(original_max_position_embeddings=48, max_position_embeddings=192)
PHI3_LONGROPE = rope("longrope", short_factor=SHORT, long_factor=LONG)
PHI3_PARTIAL = rope("longrope", short_factor=SHORT[:3], long_factor=LONG[:3], partial_rotary_factor=0.75)
PHI3 = [
    Checkpoint("phi3-window", "phi3", NO_HEAD_DIM | dict(rope_parameters=PLAIN, sliding_window=24),
               dict(window=dict(sliding_window=None), window_narrower=dict(sliding_window=23)), FUSED),
    Checkpoint("phi3-longrope", "phi3", PHI3_SHAPE | dict(rope_parameters=PHI3_LONGROPE),
               dict(scaling=NO_SCALING, short=without(PHI3_LONGROPE, short_factor=LONG),
                    long=without(PHI3_LONGROPE, long_factor=SHORT),
                    attention_factor=without(PHI3_LONGROPE, attention_factor=1.0)), lengths=(96, 49, 48, 40)),
    Checkpoint("phi3-longrope-partial", "phi3",
               PHI3_SHAPE | dict(rope_parameters=PHI3_PARTIAL, tie_word_embeddings=True, sliding_window=40),
               dict(partial=dict(rope_parameters=PHI3_LONGROPE), window=dict(sliding_window=None),
                    long=without(PHI3_PARTIAL, long_factor=SHORT[:3]))),
]

LOCAL, GLOBAL = rope("default", 100.0), rope("default", 5000.0)
GEMMA3_SHAPE = SHAPE | dict(num_hidden_layers=4, num_attention_heads=3, num_key_value_heads=1, head_dim=8,
                            intermediate_size=16, sliding_window_pattern=3, sliding_window=16,
                            query_pre_attn_scalar=4, tie_word_embeddings=True)
GLOBAL_LINEAR = GLOBAL | dict(rope_type="linear", factor=8.0)


def gemma_rope(of_full, of_sliding=LOCAL):
    return dict(rope_parameters=dict(full_attention=of_full, sliding_attention=of_sliding))


GEMMA3 = [
    Checkpoint("gemma3", "gemma3_text", GEMMA3_SHAPE | gemma_rope(GLOBAL),
               dict(window=dict(sliding_window=512), window_narrower=dict(sliding_window=15),
                    pattern=dict(sliding_window_pattern=2), global_theta=gemma_rope(LOCAL),
                    local_theta=gemma_rope(GLOBAL, GLOBAL), query_pre_attn_scalar=dict(query_pre_attn_scalar=8),
                    tanh_gelu=dict(hidden_activation="gelu"), gelu=dict(hidden_activation="silu"))),
    Checkpoint("gemma3-linear", "gemma3_text", GEMMA3_SHAPE | gemma_rope(GLOBAL_LINEAR),
               dict(scaling=gemma_rope(GLOBAL), scaling_on_global_only=gemma_rope(
                   GLOBAL_LINEAR, LOCAL | dict(rope_type="linear", factor=8.0)))),
]

ALL = LLAMA + MISTRAL + QWEN2 + QWEN3 + PHI3 + GEMMA3
