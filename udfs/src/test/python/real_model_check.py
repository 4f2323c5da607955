"""Gateau against transformers on a real model and real long samples: docs/accuracy.md has the commands.

    real_model_check.py choose  MODEL SAMPLES.jsonl CHOSEN.jsonl [HOW_MANY]   samples of 2,000 to 8,000 tokens
    real_model_check.py compare MODEL CHOSEN.jsonl FLOAT32_OUTPUT BFLOAT16_OUTPUT

MODEL is a Hugging Face directory; the outputs are folders of `gateau run` on CHOSEN.jsonl with MODEL as long model.
Needs torch, transformers, pyarrow. Samples are in LongAlign's messages format, one user and one assistant turn.
"""

import json
import math
import sys
from pathlib import Path

import pyarrow.parquet
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

SHORTEST, LONGEST = 2_000, 8_000


def pieces(tokenizer, record):
    """Token ids of (all before the response, response), each piece encoded on its own, as docs/method.md has it."""
    user, assistant = record["messages"][-2:]
    assert user["role"] == "user" and assistant["role"] == "assistant"
    context, instruction = user["content"].rsplit("\n\n", 1)
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False)
    bare, dressed = encode("a"), tokenizer.encode("a")
    start = dressed[:1] if len(dressed) > len(bare) and dressed[0] != bare[0] else []
    middle = "\n\n ### Instruction: " + instruction + "\n\n ### Response: "
    return start + encode("### Input: ") + encode(context) + encode(middle), encode(assistant["content"])


def read(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]


def choose(tokenizer, samples, chosen, how_many):
    """So many of the samples whose length is in range, evenly spread over their lengths."""
    fitting = []
    for record in read(samples):
        before, response = pieces(tokenizer, record)
        if SHORTEST <= len(before) + len(response) <= LONGEST:
            fitting.append((len(before) + len(response), record))
    fitting.sort(key=lambda pair: pair[0])
    assert len(fitting) >= how_many, f"only {len(fitting)} samples have {SHORTEST} to {LONGEST} tokens"
    kept = [fitting[i * (len(fitting) - 1) // max(how_many - 1, 1)] for i in range(how_many)]
    Path(chosen).write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for _, record in kept))
    print(f"{how_many} of {len(fitting)} samples of {kept[0][0]} to {kept[-1][0]} tokens,"
          f" {sum(length for length, _ in kept)} together")


def mean_negative_log_likelihood(model, before, response):
    with torch.no_grad():
        hidden = model.model(torch.tensor([before + response]), use_cache=False).last_hidden_state[0]
        logits = model.lm_head(hidden[len(before) - 1:-1]).double()
    return float(-torch.log_softmax(logits, -1)[range(len(response)), response].mean())


def scored(output):
    return {row["id"]: row for row in pyarrow.parquet.read_table(Path(output) / "scores").to_pylist()}


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    for rank, i in enumerate(order):
        result[i] = float(rank)
    assert len(set(values)) == len(values), "ties"
    return result


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    n = len(a)
    return 1 - 6 * sum((x - y) ** 2 for x, y in zip(a, b)) / (n * (n * n - 1))


def compare(tokenizer, directory, chosen, wide_output, narrow_output):
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="sdpa").eval()
    wide, narrow = scored(wide_output), scored(narrow_output)
    rows = []
    for record in read(chosen):
        before, response = pieces(tokenizer, record)
        mine = wide[record["id"]]
        assert mine["sequence_tokens"] == len(before) + len(response), "other tokens"
        assert mine["response_tokens"] == len(response), "other tokens"
        theirs = mean_negative_log_likelihood(model, before, response)
        rows.append((theirs, math.log(mine["long_ppl"]), math.log(narrow[record["id"]]["long_ppl"]),
                     mine["score"], narrow[record["id"]]["score"]))
        print(f"{record['id']:36} {mine['sequence_tokens']:6} tokens  transformers {rows[-1][0]:.6f}"
              f"  float32 {rows[-1][1]:.6f}  bfloat16 {rows[-1][2]:.6f}  score {rows[-1][3]:.4f} {rows[-1][4]:.4f}",
              flush=True)
    theirs, mine, half, score, half_score = (list(column) for column in zip(*rows))
    worst = max(abs(a - b) for a, b in zip(theirs, mine))
    shift = max(abs(b - a) / a for a, b in zip(mine, half))
    mean = abs(sum(half) - sum(mine)) / sum(mine)
    print(f"float32 against transformers: mean NLL differs by at most {worst:.1e} nats")
    print(f"bfloat16 against float32: mean NLL differs by {mean:.2%} over all, at most {shift:.2%} in one sample")
    print(f"Spearman, bfloat16 and float32: mean NLL {spearman(mine, half):.4f}, score {spearman(score, half_score):.4f}")
    assert worst < 1e-3 and mean < 0.02 and spearman(mine, half) >= 0.98 and spearman(score, half_score) >= 0.98


if __name__ == "__main__":
    command, directory, *rest = sys.argv[1:]
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(Path(directory) / "tokenizer.json"))
    if command == "choose":
        choose(tokenizer, rest[0], rest[1], int(rest[2]) if len(rest) > 2 else 20)
    else:
        compare(tokenizer, directory, *rest)
