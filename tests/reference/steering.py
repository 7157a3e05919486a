"""Golden distributions of small random language models with one latent steered, by PyTorch forward hooks.

The models and tokens are those of `graphs.py`, the SAE and the hooks those of `splices.py`; both are made again from their
seeds. For each model and hook, a multiple of a decoder row is added to the activations of the first sequence's tokens, or
the latent is ablated: its part of the reconstruction is subtracted, and the SAE's error stays. The first token, which
stands for the prepended one, keeps its activations. Stored are the log probabilities of the five most probable next tokens
and a greedy continuation, during which the new tokens are steered too.

    python3 -m venv ../reference && ../reference/bin/pip install torch transformers safetensors
    ../reference/bin/python tests/reference/steering.py
"""

import json

import torch
from graphs import CASES, draw_weights, inputs, make
from splices import FOLDER, K, layers_of, log_probabilities, make_sae, splice

TOP, STEPS, FROM = 5, 3, 2
MODELS = ["gpt-neox", "gpt2", "llama", "gemma2"]
HOOKS = ["resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post"]
AMOUNT = 4.0


def codes(sae, x):
    pre = (x - sae["b_dec"]) @ sae["W_enc"] + sae["b_enc"]
    top = pre.relu().topk(K, dim=-1)
    return torch.zeros_like(pre).scatter(-1, top.indices, top.values)


def continued(model, ids):
    """The first distribution, and what the model continues with."""
    first, added = None, []
    for _ in range(STEPS):
        distribution = log_probabilities(model, torch.cat([ids, ids.new_tensor(added)]))[-1]
        first = distribution if first is None else first
        added.append(int(distribution.argmax()))
    top = first.topk(TOP)
    return {
        "next": [[int(token), round(float(value), 7)] for token, value in zip(top.indices, top.values)],
        "continuation": added,
    }


def main():
    sae = make_sae()
    golden = {}
    for seed, (name, case) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = make(case["config"])
        draw_weights(model, case.get("dtype", torch.float32))
        if name not in MODELS:
            continue
        rows, mask = inputs()
        ids = rows[0][mask[0].bool()][:6]
        golden[name] = {"tokens": ids.tolist(), "from": FROM, "clean": continued(model, ids), "hooks": {}}
        is_parallel = getattr(model.config, "use_parallel_residual", False)
        layer = layers_of(model)[0]
        for hook in HOOKS:
            if hook == "resid_mid" and is_parallel:
                continue
            seen = {}
            handles = splice(f"hook_{hook}", layer, is_parallel, lambda x: seen.setdefault("x", x))
            log_probabilities(model, ids)
            for handle in handles:
                handle.remove()
            # The latent that is most active where steering begins, so that its ablation changes something.
            latent = int(codes(sae, seen["x"])[0, FROM:].sum(0).argmax())
            row = sae["W_dec"][latent]
            changes = {
                "add": lambda x: x + AMOUNT * row,
                "ablate": lambda x: x - codes(sae, x)[..., latent, None] * row,
            }
            found = {"latent": latent}
            for kind, change in changes.items():
                replace = lambda x, change=change: torch.cat([x[:, :FROM], change(x[:, FROM:])], 1)
                handles = splice(f"hook_{hook}", layer, is_parallel, replace)
                found[kind] = continued(model, ids)
                for handle in handles:
                    handle.remove()
            golden[name]["hooks"][f"blocks.0.hook_{hook}"] = found
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in golden.items()]
    (FOLDER / "steering.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
