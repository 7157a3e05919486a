"""Golden losses of small random language models with the activations of one hook replaced, by the transformers library.

The models and tokens are those of `graphs.py`, which this script makes again from their seeds. For each model and hook:
the mean loss and KL(clean‖spliced), in nats, with the activations replaced by the reconstructions of one small TopK SAE,
by zeros and by a constant. The first token of a sequence keeps its activation and is not evaluated, and neither is the
last, which has no next token. Each sequence runs by itself, without padding. Neither the product nor its tests need Python.

    python3 -m venv ../reference && ../reference/bin/pip install torch transformers safetensors
    ../reference/bin/python tests/reference/splices.py
"""

import json
from pathlib import Path

import torch
from graphs import CASES, FOLDER as MODELS, draw_weights, inputs, make
from safetensors.torch import load_file, save_file

FOLDER = Path(__file__).resolve().parent / "splices"
D_IN, D_SAE, K = 16, 32, 4


def make_sae():
    generator = torch.Generator().manual_seed(7)
    draw = lambda *shape, scale: scale * torch.randn(*shape, generator=generator)
    decoder = draw(D_SAE, D_IN, scale=D_IN**-0.5)
    return {
        "W_enc": decoder.T.contiguous() + draw(D_IN, D_SAE, scale=0.1),
        "b_enc": draw(D_SAE, scale=0.1),
        "W_dec": decoder,
        "b_dec": draw(D_IN, scale=0.2),
    }


def reconstruct(sae, x):
    pre = (x - sae["b_dec"]) @ sae["W_enc"] + sae["b_enc"]
    top = pre.relu().topk(K, dim=-1)
    code = torch.zeros_like(pre).scatter(-1, top.indices, top.values)
    return code @ sae["W_dec"] + sae["b_dec"]


def layers_of(model):
    return next(m for m in model.modules() if isinstance(m, torch.nn.ModuleList))


def splice(hook, layer, is_parallel, replace):
    """Registers the replacement of a hook's activations in a layer; returns what removes it."""
    attention = getattr(layer, "self_attn", None) or getattr(layer, "attn", None) or layer.attention
    gemma = hasattr(layer, "pre_feedforward_layernorm")
    attention_out = layer.post_attention_layernorm if gemma else attention
    mlp_out = layer.post_feedforward_layernorm if gemma else layer.mlp
    edited = lambda output, value: (value, *output[1:]) if isinstance(output, tuple) else value
    first = lambda output: output[0] if isinstance(output, tuple) else output

    def after(module, of):
        return [module.register_forward_hook(lambda _m, _a, output: edited(output, of(first(output))))]

    if hook == "hook_resid_pre":
        return [layer.register_forward_pre_hook(lambda _m, args: (replace(args[0]), *args[1:]))]
    if hook == "hook_resid_post":
        return after(layer, replace)
    if hook == "hook_mlp_out":
        return after(mlp_out, replace)
    if hook == "hook_attn_out":
        return after(attention_out, replace)
    # The residual stream between the two is not the output of a module: attention's output makes up the difference.
    assert hook == "hook_resid_mid" and not is_parallel
    before = {}
    handles = [layer.register_forward_pre_hook(lambda _m, args: before.update(x=args[0]))]
    return handles + after(attention_out, lambda out: replace(before["x"] + out) - before["x"])


def log_probabilities(model, ids):
    with torch.no_grad():
        return model(input_ids=ids[None], use_cache=False).logits[0].double().log_softmax(-1)


def losses(clean, spliced, ids):
    """Sums over the evaluated tokens."""
    rows = slice(1, len(ids) - 1)
    loss = -spliced[rows].gather(-1, ids[2:, None])
    divergence = (clean[rows].exp() * (clean[rows] - spliced[rows])).sum(-1)
    return torch.stack([loss.sum(), divergence.sum()])


def main():
    (FOLDER / "sae").mkdir(parents=True, exist_ok=True)
    sae = make_sae()
    save_file(sae, FOLDER / "sae" / "sae_weights.safetensors")
    config = dict(
        architecture="topk",
        d_in=D_IN,
        d_sae=D_SAE,
        k=K,
        dtype="float32",
        device="cpu",
        apply_b_dec_to_input=True,
        normalize_activations="none",
        reshape_activations="none",
        rescale_acts_by_decoder_norm=False,
        metadata=dict(sae_lens_version="6.18.0", model_name="golden", hook_name="blocks.0.hook_resid_post"),
    )
    (FOLDER / "sae" / "cfg.json").write_text(json.dumps(config, indent=2) + "\n")

    golden = {}
    for seed, (name, case) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = make(case["config"])
        draw_weights(model, case.get("dtype", torch.float32))
        ids, mask = inputs()
        sequences = [row[kept.bool()] for row, kept in zip(ids, mask)]
        stored = load_file(MODELS / name / "expected.safetensors")["logits"].double().log_softmax(-1)
        clean = [log_probabilities(model, sequence) for sequence in sequences]
        assert (torch.cat(clean) - stored).abs().max() < 1e-4, name

        tokens = sum(len(sequence) - 2 for sequence in sequences)
        unedited = sum(losses(c, c, s) for c, s in zip(clean, sequences)) / tokens
        golden[name] = {"tokens": tokens, "clean": float(unedited[0]), "hooks": {}}
        is_parallel = getattr(model.config, "use_parallel_residual", False)
        for index, layer in enumerate(layers_of(model)):
            for hook in ["resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post"]:
                if hook == "resid_mid" and is_parallel:
                    continue
                found = {}
                for kind, patch in [
                    ("sae", lambda x: reconstruct(sae, x)),
                    ("zero", torch.zeros_like),
                    ("mean", lambda x: sae["W_dec"][0].expand_as(x)),
                ]:
                    replace = lambda x, patch=patch: torch.cat([x[:, :1], patch(x[:, 1:])], 1)
                    handles = splice(f"hook_{hook}", layer, is_parallel, replace)
                    total = sum(losses(c, log_probabilities(model, s), s) for c, s in zip(clean, sequences)) / tokens
                    for handle in handles:
                        handle.remove()
                    found[kind] = [round(float(value), 8) for value in total]
                golden[name]["hooks"][f"blocks.{index}.hook_{hook}"] = found
        print(name, golden[name]["clean"])
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in golden.items()]
    (FOLDER / "losses.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
