"""Golden activations of small random language models, by the transformers library in float32.

Each case is a folder under tests/reference/graphs with a checkpoint as on the hub (config.json, safetensors), the
tokens that were fed (case.json) and what came out (expected.safetensors): the logits and every hook, by its
TransformerLens name or module path, [tokens, width], padding left out. Activations with several names are stored once. Neither the product nor its tests need Python.

    python3 -m venv ../reference && ../reference/bin/pip install torch transformers safetensors
    ../reference/bin/python tests/reference/graphs.py

Weights are drawn large enough that attention is far from uniform and norms are far from 1. Hooks follow
TransformerLens: `hook_normalized` comes before the norm's weight, `hook_q` before the norm of queries and before the
rotation, `hook_attn_out` and `hook_mlp_out` after a norm that follows the module (Gemma).
"""

import importlib
import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

FOLDER = Path(__file__).resolve().parent / "graphs"
VOCABULARY = 32
# Longer than every window below, with padding on the right, on the left, and none.
LENGTHS = [9, 5, 6]
PADDED = 9

SIZES = dict(vocab_size=VOCABULARY, hidden_size=16, intermediate_size=20, num_hidden_layers=2)
GROUPED = dict(num_attention_heads=4, num_key_value_heads=2)
# hidden_size is 16, so heads of 8 are wider than hidden_size / heads.
GEMMA = dict(**SIZES, **GROUPED, head_dim=8, sliding_window=4, query_pre_attn_scalar=12)

CASES = {
    "gpt-neox": dict(
        config=transformers.GPTNeoXConfig(**SIZES, num_attention_heads=2, rotary_pct=0.5),
        old_config=True,
        rename={"lm_head.": "embed_out."},
    ),
    "gpt-neox-serial": dict(
        config=transformers.GPTNeoXConfig(
            **SIZES,
            num_attention_heads=2,
            rotary_pct=1.0,
            use_parallel_residual=False,
            attention_bias=False,
            tie_word_embeddings=True,
        )
    ),
    "gpt2": dict(config=transformers.GPT2Config(vocab_size=VOCABULARY, n_positions=12, n_embd=16, n_layer=2, n_head=2)),
    # Names without `transformer.`, as in the hub's gpt2, and the mask that old checkpoints contain.
    "gpt2-options": dict(
        config=transformers.GPT2Config(
            vocab_size=VOCABULARY,
            n_positions=12,
            n_embd=16,
            n_layer=2,
            n_head=2,
            n_inner=20,
            activation_function="relu",
            scale_attn_by_inverse_layer_idx=True,
        ),
        rename={"transformer.": ""},
        extra={"h.0.attn.bias": torch.ones(1, 1, 12, 12, dtype=torch.bool)},
    ),
    "llama": dict(config=transformers.LlamaConfig(**SIZES, **GROUPED), sharded=True),
    "llama3": dict(
        config=transformers.LlamaConfig(
            **SIZES,
            **GROUPED,
            head_dim=8,
            attention_bias=True,
            mlp_bias=True,
            tie_word_embeddings=True,
            rope_theta=100.0,
            rope_scaling=dict(
                rope_type="llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=40,
            ),
        ),
        old_config=True,
    ),
    "llama-linear": dict(
        config=transformers.LlamaConfig(**SIZES, **GROUPED, rope_scaling=dict(rope_type="linear", factor=4.0)),
        dtype=torch.bfloat16,
    ),
    "llama-dynamic": dict(
        config=transformers.LlamaConfig(
            **SIZES,
            **GROUPED,
            max_position_embeddings=6,  # shorter than the longest sequence
            rope_scaling=dict(rope_type="dynamic", factor=3.0),
        ),
        alone=True,
        dtype=torch.float16,
    ),
    "llama-yarn": dict(
        config=transformers.LlamaConfig(
            **SIZES,
            **GROUPED,
            head_dim=8,
            rope_theta=100.0,
            max_position_embeddings=4800,
            rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=1200),
        )
    ),
    "mistral": dict(config=transformers.MistralConfig(**SIZES, **GROUPED, sliding_window=4)),
    "mistral-full": dict(
        config=transformers.MistralConfig(**SIZES, **GROUPED, head_dim=8, sliding_window=None),
        dtype=torch.bfloat16,
        sharded=True,
    ),
    "qwen2": dict(
        config=transformers.Qwen2Config(
            **SIZES,
            **GROUPED,
            use_sliding_window=True,
            sliding_window=4,
            max_window_layers=1,
            tie_word_embeddings=True,
        ),
        old_config=True,
    ),
    "qwen3": dict(config=transformers.Qwen3Config(**SIZES, **GROUPED, head_dim=8), dtype=torch.bfloat16),
    "gemma2": dict(
        config=transformers.Gemma2Config(**GEMMA, attn_logit_softcapping=2.0, final_logit_softcapping=3.0),
        old_config=True,
    ),
    "gemma3": dict(
        config=transformers.Gemma3TextConfig(
            **{**GEMMA, "num_hidden_layers": 3},
            sliding_window_pattern=3,
            rope_theta=50.0,
            rope_local_base_freq=10.0,
            rope_scaling=dict(rope_type="linear", factor=3.0),
        ),
        old_config=True,
    ),
    # Seeds follow the order of this table: append new cases.
    "ministral": dict(
        config=transformers.MinistralConfig(
            **SIZES, **GROUPED, head_dim=8, sliding_window=4, layer_types=["full_attention", "sliding_attention"]
        )
    ),
}


class Recorder:
    """Collects activations of one forward pass by name."""

    def __init__(self):
        self.values = {}

    def put(self, name, value):
        self.values[name] = value.detach().clone()

    def output(self, module, *names):
        def hook(_module, _args, output):
            value = output[0] if isinstance(output, tuple) else output
            for name in names:
                self.put(name, value)

        module.register_forward_hook(hook)

    def input(self, module, *names, of=lambda value: value):
        def hook(_module, args, kwargs):
            value = args[0] if args else kwargs["hidden_states"]
            for name in names:
                self.put(name, of(value))

        module.register_forward_pre_hook(hook, with_kwargs=True)


def layer_normalized(epsilon):
    def of(x):
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.pow(2).mean(-1, keepdim=True) + epsilon).sqrt()

    return of


def rms_normalized(epsilon):
    return lambda x: x / (x.pow(2).mean(-1, keepdim=True) + epsilon).sqrt()


def watch_norm(recorder, module, name, path, of):
    recorder.input(module, f"{name}.hook_normalized", of=of)
    recorder.output(module, path)


def watch_rotation(recorder, model):
    """Queries and keys after the rotation, layer by layer: the library rotates in a function of the model's module."""
    code = importlib.import_module(type(model).__module__)
    rotate = code.__dict__.get("_rotate", code.__dict__.get("apply_rotary_pos_emb"))
    if rotate is None:
        return
    code._rotate = rotate
    layers = iter(range(model.config.num_hidden_layers))

    def recorded(*args, **kwargs):
        query, key = rotate(*args, **kwargs)
        layer = next(layers)
        for name, value in [("q", query), ("k", key)]:
            recorder.put(f"blocks.{layer}.attn.hook_rot_{name}", value.transpose(1, 2).flatten(2))
        return query, key

    code.apply_rotary_pos_emb = recorded


def watch_gated(recorder, model):
    config = model.config
    normalized = rms_normalized(config.rms_norm_eps)
    recorder.output(model.model.embed_tokens, "hook_embed", "model.embed_tokens")
    watch_norm(recorder, model.model.norm, "ln_final", "model.norm", normalized)
    for i, layer in enumerate(model.model.layers):
        block, path = f"blocks.{i}", f"model.layers.{i}"
        attention, mlp = layer.self_attn, layer.mlp
        post_norms = hasattr(layer, "pre_feedforward_layernorm")
        recorder.input(layer, f"{block}.hook_resid_pre")
        recorder.output(layer, f"{block}.hook_resid_post", path)
        watch_norm(recorder, layer.input_layernorm, f"{block}.ln1", f"{path}.input_layernorm", normalized)
        for name in "qkv":
            recorder.output(
                getattr(attention, f"{name}_proj"), f"{block}.attn.hook_{name}", f"{path}.self_attn.{name}_proj"
            )
        recorder.input(attention.o_proj, f"{block}.attn.hook_z")
        recorder.output(attention, f"{path}.self_attn")
        recorder.output(attention.o_proj, f"{path}.self_attn.o_proj")
        second = "pre_feedforward_layernorm" if post_norms else "post_attention_layernorm"
        recorder.input(getattr(layer, second), f"{block}.hook_resid_mid")
        watch_norm(recorder, getattr(layer, second), f"{block}.ln2", f"{path}.{second}", normalized)
        recorder.output(mlp.gate_proj, f"{block}.mlp.hook_pre", f"{path}.mlp.gate_proj")
        recorder.output(mlp.act_fn, f"{path}.mlp.act_fn")
        recorder.output(mlp.up_proj, f"{block}.mlp.hook_pre_linear", f"{path}.mlp.up_proj")
        recorder.input(mlp.down_proj, f"{block}.mlp.hook_post")
        recorder.output(mlp, f"{path}.mlp", f"{path}.mlp.down_proj")
        if post_norms:
            for name, out, norm in [
                ("ln1_post", "hook_attn_out", "post_attention_layernorm"),
                ("ln2_post", "hook_mlp_out", "post_feedforward_layernorm"),
            ]:
                watch_norm(recorder, getattr(layer, norm), f"{block}.{name}", f"{path}.{norm}", normalized)
                recorder.output(getattr(layer, norm), f"{block}.{out}")
        else:
            recorder.output(attention, f"{block}.hook_attn_out")
            recorder.output(mlp, f"{block}.hook_mlp_out")


def watch_gpt2(recorder, model):
    body = model.transformer
    normalized = layer_normalized(model.config.layer_norm_epsilon)
    recorder.output(body.wte, "hook_embed", "transformer.wte")
    recorder.output(body.wpe, "hook_pos_embed", "transformer.wpe")
    watch_norm(recorder, body.ln_f, "ln_final", "transformer.ln_f", normalized)
    for i, layer in enumerate(body.h):
        block, path = f"blocks.{i}", f"transformer.h.{i}"
        recorder.input(layer, f"{block}.hook_resid_pre")
        recorder.output(layer, f"{block}.hook_resid_post", path)
        watch_norm(recorder, layer.ln_1, f"{block}.ln1", f"{path}.ln_1", normalized)
        watch_norm(recorder, layer.ln_2, f"{block}.ln2", f"{path}.ln_2", normalized)
        recorder.input(layer.ln_2, f"{block}.hook_resid_mid")

        def split(_module, _args, output, block=block, path=path):
            recorder.put(f"{path}.attn.c_attn", output)
            for name, value in zip("qkv", output.chunk(3, dim=-1)):
                recorder.put(f"{block}.attn.hook_{name}", value)

        layer.attn.c_attn.register_forward_hook(split)
        recorder.input(layer.attn.c_proj, f"{block}.attn.hook_z")
        recorder.output(layer.attn, f"{block}.hook_attn_out", f"{path}.attn", f"{path}.attn.c_proj")
        recorder.output(layer.mlp.c_fc, f"{block}.mlp.hook_pre", f"{path}.mlp.c_fc")
        recorder.output(layer.mlp.act, f"{block}.mlp.hook_post", f"{path}.mlp.act")
        recorder.output(layer.mlp, f"{block}.hook_mlp_out", f"{path}.mlp", f"{path}.mlp.c_proj")


def watch_gpt_neox(recorder, model):
    config, body = model.config, model.gpt_neox
    heads = config.num_attention_heads
    normalized = layer_normalized(config.layer_norm_eps)
    recorder.output(body.embed_in, "hook_embed", "gpt_neox.embed_in")
    watch_norm(recorder, body.final_layer_norm, "ln_final", "gpt_neox.final_layer_norm", normalized)
    for i, layer in enumerate(body.layers):
        block, path = f"blocks.{i}", f"gpt_neox.layers.{i}"
        recorder.input(layer, f"{block}.hook_resid_pre")
        recorder.output(layer, f"{block}.hook_resid_post", path)
        watch_norm(recorder, layer.input_layernorm, f"{block}.ln1", f"{path}.input_layernorm", normalized)
        second = layer.post_attention_layernorm
        watch_norm(recorder, second, f"{block}.ln2", f"{path}.post_attention_layernorm", normalized)
        if not config.use_parallel_residual:
            recorder.input(second, f"{block}.hook_resid_mid")

        def split(_module, _args, output, block=block, path=path):
            recorder.put(f"{path}.attention.query_key_value", output)
            per_head = output.unflatten(-1, (heads, 3, -1))
            for index, name in enumerate("qkv"):
                recorder.put(f"{block}.attn.hook_{name}", per_head[..., index, :].flatten(2))

        layer.attention.query_key_value.register_forward_hook(split)
        recorder.input(layer.attention.dense, f"{block}.attn.hook_z")
        recorder.output(layer.attention, f"{block}.hook_attn_out", f"{path}.attention", f"{path}.attention.dense")
        recorder.output(layer.mlp.dense_h_to_4h, f"{block}.mlp.hook_pre", f"{path}.mlp.dense_h_to_4h")
        recorder.output(layer.mlp.act, f"{block}.mlp.hook_post", f"{path}.mlp.act")
        recorder.output(layer.mlp, f"{block}.hook_mlp_out", f"{path}.mlp", f"{path}.mlp.dense_4h_to_h")


WATCH = {"gpt2": watch_gpt2, "gpt_neox": watch_gpt_neox}


def draw_weights(model, dtype):
    """Random weights that the dtype represents exactly."""
    for name, weight in model.named_parameters():
        is_norm = weight.ndim == 1 and name.endswith("weight")
        scale = 0.3 if weight.ndim == 1 else 1.3 * weight.shape[-1] ** -0.5
        centre = 1.0 if is_norm and not model.config.model_type.startswith("gemma") else 0.0
        weight.data = (centre + scale * torch.randn(weight.shape)).to(dtype).to(torch.float32)


def inputs():
    """A sequence without padding, one with padding on the right, one on the left."""
    ids = torch.randint(0, VOCABULARY, (len(LENGTHS), PADDED))
    mask = torch.zeros(len(LENGTHS), PADDED, dtype=torch.int64)
    mask[0] = 1
    mask[1, : LENGTHS[1]] = 1
    mask[2, PADDED - LENGTHS[2] :] = 1
    return ids * mask, mask


def record(model, ids, mask):
    """What the model computes for the tokens, by name, [tokens, width]."""
    recorder = Recorder()
    WATCH.get(model.config.model_type, watch_gated)(recorder, model)
    watch_rotation(recorder, model)
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask, position_ids=positions, use_cache=False).logits
    recorder.put("logits", logits)
    # Learned positions may have a batch of one.
    return {
        name: value.expand(len(ids), *value.shape[1:])[mask.bool()].contiguous()
        for name, value in recorder.values.items()
    }


def make(config):
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    return model.to(torch.float32).eval()


def expected(case, weights, ids, mask):
    """The whole batch at once, or each sequence by itself where the library lets a batch change its sequences."""
    if not case.get("alone"):
        batches = [(ids, mask)]
    else:
        batches = [(ids[i : i + 1, mask[i].bool()], mask[i : i + 1, mask[i].bool()]) for i in range(len(ids))]
    parts = []
    for batch in batches:
        model = make(case["config"])
        model.load_state_dict(weights)
        parts.append(record(model, *batch))
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


def without_repeats(values):
    """Activations that go by several names, once; the other names refer to it."""
    kept, same = {}, {}
    for name, value in values.items():
        first = next((other for other in kept if torch.equal(kept[other], value)), None)
        if first is None:
            kept[name] = value
        else:
            same[name] = first
    return kept, same


def old_config(fields):
    """The fields as transformers wrote them before version 5, and as most of the hub has them."""
    rope = fields.pop("rope_parameters")
    fields.pop("layer_types", None)
    if "full_attention" in rope:
        fields["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
        fields["sliding_window_pattern"] = 3
    theta, fraction = rope.pop("rope_theta"), rope.pop("partial_rotary_factor", None)
    if fields["model_type"] == "gpt_neox":
        fields.update(rotary_emb_base=theta, rotary_pct=fraction)
    else:
        fields["rope_theta"] = theta
    fields["rope_scaling"] = rope if rope["rope_type"] != "default" else None
    return fields


def save(folder, case, model, dtype):
    fields = json.loads(model.config.to_json_string())
    if case.get("old_config"):
        fields = old_config(fields)
    (folder / "config.json").write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n")

    tied = set(model._tied_weights_keys) if model.config.tie_word_embeddings else set()
    tensors = {name: value.to(dtype).contiguous() for name, value in model.state_dict().items() if name not in tied}
    for old, new in case.get("rename", {}).items():
        tensors = {new + name[len(old) :] if name.startswith(old) else name: v for name, v in tensors.items()}
    tensors.update(case.get("extra", {}))
    if not case.get("sharded"):
        save_file(tensors, folder / "model.safetensors")
        return
    names = sorted(tensors)
    halves = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, part in halves.items():
        save_file({name: tensors[name] for name in part}, folder / file)
    index = {"metadata": {}, "weight_map": {name: file for file, part in halves.items() for name in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    for seed, (name, case) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        folder = FOLDER / name
        folder.mkdir(parents=True)
        dtype = case.get("dtype", torch.float32)
        model = make(case["config"])
        draw_weights(model, dtype)
        ids, mask = inputs()
        values = expected(case, model.state_dict(), ids, mask)
        save(folder, case, model, dtype)
        values, same = without_repeats(values)
        fed = {"ids": ids.tolist(), "mask": mask.tolist(), "same": same}
        (folder / "case.json").write_text(json.dumps(fed) + "\n")
        save_file(values, folder / "expected.safetensors")
        largest = max(float(value.abs().max()) for value in values.values())
        print(f"{name}: {len(values)} activations, the largest value is {largest:.1f}")


if __name__ == "__main__":
    main()
