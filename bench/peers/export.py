"""Exports a model as `optimum-cli export onnx` does: a graph with logits, in `FOLDER/model.onnx`.

    python bench/peers/export.py MODEL FOLDER
"""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

INPUTS = ["input_ids", "attention_mask"]


def logits_only(model):
    """Returns the logits alone, and keeps the names of modules, which are the names of hooks."""

    class Logits(type(model)):
        def forward(self, input_ids, attention_mask):
            return super().forward(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).logits

    model.__class__ = Logits
    return model.eval()


def main():
    source, folder = sys.argv[1:]
    # The exporter cannot trace the fused attention.
    model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32, attn_implementation="eager")
    ids = torch.ones(2, 16, dtype=torch.long)
    torch.onnx.export(
        logits_only(model),
        (ids, torch.ones_like(ids)),
        str(Path(folder) / "model.onnx"),
        input_names=INPUTS,
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "sequence"} for name in [*INPUTS, "logits"]},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
