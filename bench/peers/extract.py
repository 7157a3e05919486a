"""Activations in PyTorch, for `pnpm bench:extract`: JSON lines in, JSON lines out, as bench/extraction/source-case.ts has them.

`notebook-loop` is the introductory notebook's way: each prompt goes alone through the whole model, a forward hook keeps the MLP's
output, and its middle token is taken. `torch` is a faster way: prompts of similar length in a batch, padded on the right, through the
layers up to the hook only.
"""

import gzip
import json
import os
import resource
import sys
import time

# Of `pnpm sweep`: four batches are sorted by length together.
BATCH_TOKENS = 4096
WINDOW_BATCHES = 4
# The loop takes part of the documents, because its speed does not depend on their number.
LOOP_SECONDS = 4


def prompts_of(case):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(f"{case['folder']}/tokenizer.json")
    open_corpus = gzip.open if case["corpus"].endswith(".gz") else open
    with open_corpus(case["corpus"], "rt", encoding="utf-8") as lines:
        for _ in range(case["documents"]):
            text = json.loads(next(lines))["text"]
            yield tokenizer.encode(text, add_special_tokens=False).ids[: case["maxTokens"]]


def layers_of(model):
    """The list of layers. The MLP of a layer is called `mlp` in all supported architectures."""
    import torch

    return next(module for module in model.modules() if isinstance(module, torch.nn.ModuleList))


class Reached(Exception):
    """The hook's output is known, so later layers are not needed."""


def load(case):
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(case["threads"])
    model = AutoModelForCausalLM.from_pretrained(case["folder"], dtype=torch.float32).eval()
    kept = {}

    def keep(module, inputs, output):
        kept["mlp"] = output
        if case["source"] == "torch":
            raise Reached

    layers_of(model)[case["layer"]].mlp.register_forward_hook(keep)
    return model, kept


def notebook_loop(model, kept, case):
    import torch

    found = []
    tokens = 0
    start = time.perf_counter()
    for ids in prompts_of(case):
        model(torch.tensor([ids]))
        found.append(kept["mlp"][0, len(ids) // 2].clone())
        tokens += len(ids)
        if time.perf_counter() - start > LOOP_SECONDS:
            break
    return tokens


def in_batches(model, kept, case):
    import torch

    size = BATCH_TOKENS // case["maxTokens"]
    tokens = 0
    window = []

    def run(window):
        by_length = sorted(window, key=len, reverse=True)
        for at in range(0, len(by_length), size):
            batch = by_length[at : at + size]
            longest = len(batch[0])
            ids = torch.zeros(len(batch), longest, dtype=torch.long)
            for row, prompt in enumerate(batch):
                ids[row, : len(prompt)] = torch.tensor(prompt)
            try:
                # Attention is causal, so padding on the right needs no mask.
                model(ids)
            except Reached:
                pass
            middle = torch.tensor([len(prompt) // 2 for prompt in batch])
            kept["mlp"][torch.arange(len(batch)), middle].clone()

    for ids in prompts_of(case):
        window.append(ids)
        tokens += len(ids)
        if len(window) == WINDOW_BATCHES * size:
            run(window)
            window = []
    run(window)
    return tokens


WAYS = {"notebook-loop": notebook_loop, "torch": in_batches}


def versions():
    import torch
    import transformers

    return {"torch": torch.__version__, "transformers": transformers.__version__}


def serve(lines, answer):
    import torch

    case = json.loads(next(lines))
    model, kept = load(case)
    way = WAYS[case["source"]]
    with torch.inference_mode():
        for _ in range(3):
            try:
                model(torch.zeros(1, case["maxTokens"], dtype=torch.long))
            except Reached:
                pass
        answer({"ready": True, "versions": versions()})
        for _ in lines:
            start = time.perf_counter()
            tokens = way(model, kept, case)
            ms = (time.perf_counter() - start) * 1000
            # In kB on Linux.
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            answer({"tokens": tokens, "ms": ms, "peakRssMb": round(peak / 1024)})


def main():
    # Some libraries print to standard output, which is reserved for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(message):
        print(json.dumps(message), file=answers, flush=True)

    serve(iter(sys.stdin.readline, ""), answer)


if __name__ == "__main__":
    main()
