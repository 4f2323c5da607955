"""Gateau beside transformers (SDPA) and llama.cpp on one model, in one number type, two threads, in turns.

    paired_timings.py TYPE MODEL MODEL.gguf [TOKENS:ROUNDS ...]      default: 2048:5 8192:3

Run it from the project's folder after a build (`mvn package`), on an idle machine. TYPE is float32 or bfloat16, MODEL a
Hugging Face directory, MODEL.gguf the same weights in any type; they are written in TYPE beside it first. The last 128 positions' logits are
formed; llama.cpp forms the last one's only. Needs torch, transformers, llama-cpp-python, numpy. Prints seconds of each
round, medians, and the medians of the rounds' ratios to Gateau.
"""

import ctypes
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import llama_cpp
import numpy
import torch
from transformers import AutoModelForCausalLM

THREADS, RESPONSE = 2, 128


def gateau(kind, directory):
    jar = next(Path("jobs/target").glob("gateau-[0-9]*.jar"))
    spark = Path("jobs/target/spark-classpath.txt").read_text().strip()
    process = subprocess.Popen(
        ["java", f"-Dai.djl.pytorch.num_threads={THREADS}", "-Dai.djl.pytorch.num_interop_threads=1",
         "-cp", f"udfs/target/test-classes:{jar}:{spark}", "io.gateau.bench.PassTimer", directory, kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        # What the launcher sets.
        env=dict(os.environ, MALLOC_ARENA_MAX="1", MALLOC_MMAP_THRESHOLD_="33554432", MALLOC_TRIM_THRESHOLD_="1073741824"))

    def answer(start):
        for line in process.stdout:
            if line.startswith(start):
                return line
        sys.exit("the engine ended; is the project built, and MODEL one that it can read?")

    answer("ready")

    def seconds(tokens):
        print(len(tokens), file=process.stdin, flush=True)
        return float(answer("seconds").split()[1])

    return seconds


def transformers(kind, directory):
    torch.set_num_threads(THREADS)
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=getattr(torch, kind), attn_implementation="sdpa").eval()

    def seconds(tokens):
        start = time.perf_counter()
        with torch.no_grad():
            model(torch.tensor([tokens]), use_cache=False, logits_to_keep=RESPONSE)
        return time.perf_counter() - start

    return seconds, model.config.vocab_size


def llama(kind, gguf, longest):
    wide = f"{gguf}.{kind}"
    if not os.path.exists(wide):
        parameters = llama_cpp.llama_model_quantize_default_params()
        types = {"float32": llama_cpp.LLAMA_FTYPE_ALL_F32, "bfloat16": llama_cpp.LLAMA_FTYPE_MOSTLY_BF16}
        parameters.ftype, parameters.allow_requantize = types[kind], True
        assert llama_cpp.llama_model_quantize(gguf.encode(), wide.encode(), ctypes.byref(parameters)) == 0
    model = llama_cpp.Llama(model_path=wide, n_ctx=longest + 256, n_batch=longest, n_threads=THREADS,
                            n_threads_batch=THREADS, verbose=False)

    def seconds(tokens):
        model.reset()
        start = time.perf_counter()
        model.eval(tokens)
        return time.perf_counter() - start

    return seconds


def main(kind, directory, gguf, *plan):
    plan = [tuple(map(int, part.split(":"))) for part in plan or ("2048:5", "8192:3")]
    other, vocabulary = transformers(kind, directory)
    engines = [gateau(kind, directory), other, llama(kind, gguf, max(tokens for tokens, _ in plan))]
    random = numpy.random.default_rng(1)
    draw = lambda tokens: random.integers(0, vocabulary, tokens).tolist()
    for engine in engines:
        engine(draw(512))
    for tokens, rounds in plan:
        turns = []
        for _ in range(rounds):
            text = draw(tokens)
            turns.append([engine(text) for engine in engines])
            print(tokens, "tokens: gateau, transformers, llama.cpp seconds",
                  *(f"{seconds:.2f}" for seconds in turns[-1]), flush=True)
        medians = [statistics.median(column) for column in zip(*turns)]
        ratios = [statistics.median(turn[i] / turn[0] for turn in turns) for i in (1, 2)]
        print(tokens, "tokens: medians", *(f"{median:.2f}" for median in medians),
              "| transformers / gateau", f"{ratios[0]:.2f}", "| llama.cpp / gateau", f"{ratios[1]:.2f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ("float32", "bfloat16"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
