"""Golden effects of directions on tokens, by the transformers library in float32.

For each small model under tests/reference/graphs: a few directions in the residual stream, and for each the logits of a
stream that consists of the direction alone, with a mean square of 1, minus those of a stream of zeros. Some models are
also exported to ONNX. Everything is written to tests/reference/logit-lens. Neither the product nor its tests need Python.

    python3 -m venv ../reference && ../reference/bin/pip install torch transformers safetensors onnx
    ../reference/bin/python tests/reference/logit_lens.py && pnpm exec oxfmt tests/reference/logit-lens
"""

import json
import shutil
from pathlib import Path

import torch
import transformers

FOLDER = Path(__file__).resolve().parent
MODELS = ["gpt2", "gpt-neox", "gpt-neox-serial", "llama", "llama-linear", "gemma2", "gemma3", "qwen2"]
EXPORTED = ["gpt2", "gemma2"]
DIRECTIONS = 3


class Logits(torch.nn.Module):
    """The model with the inputs of a usual export."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).logits


def final_norm(model):
    body = model.base_model
    return next(getattr(body, name) for name in ("norm", "ln_f", "final_layer_norm") if hasattr(body, name))


def logits(model, stream):
    values = model.get_output_embeddings()(final_norm(model)(stream))
    cap = getattr(model.config, "final_logit_softcapping", None)
    return values if cap is None else cap * torch.tanh(values / cap)


def effects(model, directions):
    streams = directions / directions.pow(2).mean(-1, keepdim=True).sqrt()
    with torch.no_grad():
        return logits(model, streams) - logits(model, torch.zeros(1, directions.shape[1]))


def export(model, folder):
    folder.mkdir(parents=True)
    ids = torch.zeros(1, 4, dtype=torch.int64)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        Logits(model),
        (ids, torch.ones_like(ids)),
        folder / "model.onnx",
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes},
        opset_version=14,
        dynamo=False,
    )


def main():
    target = FOLDER / "logit-lens"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    golden = {}
    for seed, name in enumerate(MODELS):
        torch.manual_seed(seed)
        source = FOLDER / "graphs" / name
        model = transformers.AutoModelForCausalLM.from_pretrained(
            source, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        directions = torch.randn(DIRECTIONS, model.config.hidden_size) * torch.tensor([[0.01], [1.0], [50.0]])
        golden[name] = {
            "directions": directions.flatten().tolist(),
            "effects": [[round(value, 6) for value in row] for row in effects(model, directions).tolist()],
        }
        if name in EXPORTED:
            export(model, target / name)
    (target / "expected.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
