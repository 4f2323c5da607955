"""Gateau's decoder in PyTorch: the very TorchScript archive that Java writes, on a GPU beside the CPU in float32.

    java -cp udfs/target/test-classes:JAR:SPARK io.gateau.model.decoder.DecoderExport MODEL FOLDER 512 4096
    gpu_check.py FOLDER ... [--tokens 512 4096] [--dtypes float32 bfloat16 float16] [--rounds 5]

The first line writes FOLDER/decoder.pt and decoder.json (JAR and SPARK as in paired_timings.py) and names the lengths
of the sequences. Do so for a model of each family. FOLDER and MODEL, a Hugging Face directory of safetensors, can be
copied to a machine without Java: MODEL is looked for where it was and, if it is not there, in FOLDER/model.

The second line runs every model as a whole on random tokens: the losses of the last 128 and the attention that each token
receives from them. It prints how far every dtype on the GPU (on the CPU where there is none) is from the CPU in
float32, and the median seconds of a pass, with and without attention; beside transformers (SDPA), in losses and
seconds taken in turns, if that is installed. It ends with 1 if float32 deviates by more than 1e-3 of a loss, or another dtype by more
than 0.1 nats in the mean loss. Needs torch 2.7 and nothing else.
"""

import argparse
import json
import statistics
import struct
import sys
import time
from pathlib import Path

import torch

RESPONSE = 128
STORED = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


class Checkpoint:
    """The tensors of a directory of safetensors."""

    def __init__(self, directory):
        self.places = {}
        for path in sorted(Path(directory).glob("*.safetensors")):
            with open(path, "rb") as file:
                (length,) = struct.unpack("<Q", file.read(8))
                header = json.loads(file.read(length))
            for name, entry in header.items():
                if name != "__metadata__":
                    self.places[name] = path, entry, 8 + length

    def tensor(self, name):
        path, entry, start = self.places[name]
        first, end = entry["data_offsets"]
        with open(path, "rb") as file:
            file.seek(start + first)
            data = bytearray(file.read(end - first))
        return torch.frombuffer(data, dtype=STORED[entry["dtype"]]).reshape(entry["shape"])

    def weights(self, names, dtype, device):
        weights = {}
        for name in names:
            tensor = self.tensor(name["tensor"]).narrow(0, name["first_row"], name["rows"])
            weights[name["key"]] = tensor.to(device=device, dtype=dtype).contiguous()
        return weights


class Decoder:
    """What io.gateau.model.decoder.ForwardPass does, over one sequence."""

    def __init__(self, folder, about, checkpoint, dtype, device):
        self.about, self.device = about, device
        self.program = torch.jit.load(str(folder / "decoder.pt"), map_location=device)
        self.outer = checkpoint.weights(about["outer"], dtype, device)
        self.outer.setdefault("lm_head", self.outer["embed_tokens"])
        self.layers = [self.program.prepack(checkpoint.weights(names, dtype, device)) for names in about["layers"]]

    def rotary(self, which, tokens):
        rotary = self.about[which]
        frequencies = torch.tensor([rotary["frequencies"][str(tokens)]], dtype=torch.float64, device=self.device)
        return self.program.rotary_tables(frequencies, [1], [tokens], float(rotary["factor"]))

    @torch.no_grad()
    def score(self, tokens, attention):
        """Losses of the last RESPONSE tokens, and the mean attention that each token receives from them, or None."""
        count = len(tokens)
        ids = torch.tensor(tokens, device=self.device)
        tables = {0: self.rotary("rotary", count)}
        mask = torch.ones(1, self.about["heads"], 1, device=self.device)
        hidden = self.program.embed(ids, self.outer)
        received = torch.zeros(count, dtype=torch.float64, device=self.device)
        rows = RESPONSE + 1
        for index, weights in enumerate(self.layers):
            window = self.about["windows"][index]
            table = tables.setdefault(min(window, 1), self.rotary("window_rotary", count) if window else tables[0])
            last = index == len(self.layers) - 1
            indices = torch.arange(count - rows, count, device=self.device) if last else ids[:0]
            hidden, sums = self.program.layer(
                hidden, *table, weights, [1], [count], [rows if last else count], indices,
                [RESPONSE if attention else 0], mask, window)
            if attention:
                received += sums
        losses = self.program.negative_log_likelihood(
            hidden, torch.arange(RESPONSE, device=self.device), ids[-RESPONSE:], self.outer)
        return losses.cpu(), (received / (len(self.layers) * self.about["heads"] * RESPONSE)).cpu() if attention else None


def seconds(runs, device, rounds):
    """The median seconds of each of several runs, which take turns: a machine that slows down slows all of them."""
    times = [[] for _ in runs]
    for _ in range(rounds + 1):
        for run, taken in zip(runs, times):
            start = time.perf_counter()
            run()
            if device.type == "cuda":
                torch.cuda.synchronize()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken[1:]) for taken in times]


def transformers_model(model, dtype, device):
    try:
        from transformers import AutoModelForCausalLM
    except ImportError:
        return None
    loaded = AutoModelForCausalLM.from_pretrained(model, dtype=dtype, attn_implementation="sdpa")
    return loaded.eval().to(device)


@torch.no_grad()
def transformers_losses(model, tokens, device):
    ids = torch.tensor([tokens], device=device)
    logits = model(ids, use_cache=False, logits_to_keep=RESPONSE + 1).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits.float(), ids[0, -RESPONSE:], reduction="none").double().cpu()


def check(folder, options, device):
    """Whether one model computes what it should; prints its figures."""
    about = json.loads((folder / "decoder.json").read_text())
    model = Path(about["model"])
    if not model.is_dir():
        model = folder / "model"
    print(folder)
    lengths = options.tokens or sorted(int(length) for length in about["rotary"]["frequencies"])
    checkpoint = Checkpoint(model)
    # On the CPU in float32, and before any other: what the others are compared with.
    reference = Decoder(folder, about, checkpoint, torch.float32, torch.device("cpu"))
    random = torch.Generator().manual_seed(1)
    texts = {length: torch.randint(about["vocabulary"], (length,), generator=random).tolist() for length in lengths}
    expected = {length: reference.score(tokens, True) for length, tokens in texts.items()}
    right = True
    for name in options.dtypes:
        dtype = getattr(torch, name)
        decoder = Decoder(folder, about, checkpoint, dtype, device)
        other = transformers_model(model, dtype, device)
        for length, tokens in texts.items():
            losses, attention = decoder.score(tokens, True)
            want, want_attention = expected[length]
            largest = (losses - want).abs().max().item()
            mean = abs(losses.mean() - want.mean()).item()
            share = ((attention - want_attention).abs().sum() / want_attention.sum()).item()
            # Not "greater than a bound": NaN is not.
            right &= largest <= 1e-3 if dtype == torch.float32 else mean <= 0.1
            runs = [lambda: decoder.score(tokens, False), lambda: decoder.score(tokens, True)]
            if other is not None:
                runs.append(lambda: transformers_losses(other, tokens, device))
            taken = seconds(runs, device, options.rounds)
            print(f"{name} {length} tokens: loss {losses.mean():.4f}, largest deviation {largest:.1e}, of the mean "
                  f"{mean:.1e}, attention sums to {attention.sum():.6f}, deviates by {share:.1e}; "
                  f"{taken[0]:.4f} s, with attention {taken[1]:.4f} s")
            if other is not None:
                theirs = transformers_losses(other, tokens, device)
                print(f"  transformers: loss {theirs.mean():.4f}, largest difference "
                      f"{(theirs - losses).abs().max():.1e}; {taken[2]:.4f} s, {taken[2] / taken[0]:.2f} times")
    return right


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--tokens", type=int, nargs="+")
    parser.add_argument("--dtypes", nargs="+", default=["float32", "bfloat16", "float16"])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    print("device", torch.cuda.get_device_name() if device.type == "cuda" else "cpu", "torch", torch.__version__)
    results = [check(folder, options, device) for folder in options.folders]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
