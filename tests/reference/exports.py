"""Exports the small random models of graphs.py to ONNX, in the forms in which repositories have them.

Each file is tests/reference/exports/MODEL/FORM.onnx.gz, a graph with its weights. The activations it must give are those
in tests/reference/graphs/MODEL: the weights are the same. Where there is no such model, the weights are next to the graph.
Neither the product nor its tests need Python.

    optimum   optimum's exporter, with past keys and values as inputs: onnx-community's model.onnx
    bare      torch's exporter with input_ids as the only input
    builder   the builder of onnxruntime-genai: grouped-query attention, additions fused with norms; also in half precision
              (its norms are in float32) and with 4-bit weights
    fused     the graph of optimum after onnxruntime's transformer optimiser
    fp16      the graph of optimum in half precision: model_fp16.onnx
    q8        the graph of optimum with 8-bit weights: model_quantized.onnx; also after onnxruntime's own optimisations
    q4, bnb4  the graph of optimum with 4-bit weights in blocks: model_q4.onnx, model_bnb4.onnx

    python3 -m venv ../exports
    ../exports/bin/pip install 'transformers<5' torch optimum-onnx onnxruntime==1.23.2 onnxruntime-genai onnx-ir
    ../exports/bin/python tests/reference/exports.py
"""

import copy
import gzip
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
import transformers
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_bnb4_quantizer import MatMulBnb4Quantizer
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers import float16, optimizer
from onnxruntime_genai.models.builder import create_model
from optimum.exporters.onnx import onnx_export_from_model
from optimum.exporters.onnx.model_patcher import eager_mask_without_vmap
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

GRAPHS = Path(__file__).resolve().parent / "graphs"
FOLDER = Path(__file__).resolve().parent / "exports"

# The exporter traces 32 tokens, more than some of the models have positions for.
POSITIONS = 64

FORMS = {
    "gpt-neox": ["optimum", "bare", "fused", "q8"],
    "gpt-neox-serial": ["optimum", "fused"],
    "gpt2": ["optimum", "fused", "fp16", "q8", "q8-fused"],
    "llama": ["optimum", "fused", "fp16", "q8", "q4", "bnb4"],
    "llama3": ["optimum"],
    "mistral": ["optimum"],
    "qwen2": ["optimum"],
    "qwen3": ["optimum"],
    "gemma2": ["optimum", "fp16"],
    "gemma3": ["optimum", "fused", "q8"],
}

# Models for the builder, and its precisions and execution providers. Grouped-query attention of onnxruntime needs heads of
# 16, so these have separate weights, and no golden values.
FLOAT32, FLOAT16, INT4 = ("builder", "fp32", "cpu"), ("builder-fp16", "fp16", "cuda"), ("builder-q4", "int4", "cpu")
WIDE = {
    "llama": [FLOAT32, FLOAT16, INT4],
    "mistral": [FLOAT32],
    "qwen2": [FLOAT32],
    "qwen3": [FLOAT32],
    "gemma2": [FLOAT32],
    "gemma3": [FLOAT32, FLOAT16],
}
HEADS = dict(head_dim=16, num_attention_heads=2, num_key_value_heads=1)
# What the builder takes from elsewhere than the config: it has its own pattern of windows for Gemma, and in Gemma 2 the
# other layers have them than in transformers.
PLAIN = dict(
    use_sliding_window=False, rope_scaling=None, sliding_window_pattern=6, _sliding_window_pattern=6, sliding_window=64
)


def fields_of(name):
    fields = json.loads((GRAPHS / name / "config.json").read_text())
    # transformers 4 reads the base of the rotary embedding outside of rope_parameters.
    rope = fields.pop("rope_parameters", None)
    if rope is not None:
        fields["rope_theta"] = rope["rope_theta"]
        if "partial_rotary_factor" in rope:
            fields["rotary_pct"] = rope["partial_rotary_factor"]
    return fields


def make(fields):
    fields = dict(fields)
    model_type = fields.pop("model_type")
    config = transformers.CONFIG_MAPPING[model_type](**fields)
    config.architectures = [MODEL_FOR_CAUSAL_LM_MAPPING_NAMES[model_type]]
    return transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()


def load(name):
    fields = fields_of(name)
    tensors = {}
    for file in sorted((GRAPHS / name).glob("model*.safetensors")):
        tensors.update(load_file(file))
    if fields["model_type"] == "gpt2":
        table = tensors["transformer.wpe.weight"]
        fields["n_positions"] = POSITIONS
        tensors["transformer.wpe.weight"] = torch.cat([table, torch.zeros(POSITIONS - len(table), table.shape[1])])
    model = make(fields)
    missing, unexpected = model.load_state_dict({key: value.float() for key, value in tensors.items()}, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight", "embed_out.weight"}, (missing, unexpected)
    model.tie_weights()
    return model


def draw(name):
    """A model with the config of a golden one, but wider heads. Writes its config and weights."""
    fields = {**fields_of(name), **HEADS, **PLAIN}
    if name in ("mistral", "gemma3"):
        fields["sliding_window"] = 4
    model = make(fields)
    is_gemma = fields["model_type"].startswith("gemma")
    for key, weight in model.named_parameters():
        is_norm = weight.ndim == 1 and key.endswith("weight")
        scale = 0.3 if weight.ndim == 1 else 1.3 * weight.shape[-1] ** -0.5
        weight.data = (1.0 if is_norm and not is_gemma else 0.0) + scale * torch.randn(weight.shape)
    folder = FOLDER / f"{name}-wide"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n")
    tied = {"lm_head.weight"} if model.config.tie_word_embeddings else set()
    tensors = {key: value for key, value in model.state_dict().items() if key not in tied}
    save_file(tensors, folder / "model.safetensors")
    return model


def optimum(model, folder):
    onnx_export_from_model(
        model, folder, task="text-generation-with-past", do_validation=False, no_post_process=True, slim=False
    )
    return onnx.load(folder / "model.onnx")


def bare(model, folder):
    """A subclass keeps the names of the modules, which a wrapper would put into another."""

    class OneInput(type(model)):
        def forward(self, input_ids):
            mask = torch.ones_like(input_ids)
            return super().forward(input_ids=input_ids, attention_mask=mask, use_cache=False, return_dict=False)[0]

    model.__class__ = OneInput
    # The library's own mask cannot be traced.
    ALL_MASK_ATTENTION_FUNCTIONS.register("eager", eager_mask_without_vmap)
    axes = {0: "batch_size", 1: "sequence_length"}
    torch.onnx.export(
        model,
        (torch.ones(2, 7, dtype=torch.int64),),
        folder / "model.onnx",
        input_names=["input_ids"],
        output_names=["logits"],
        dynamic_axes={"input_ids": axes, "logits": axes},
        dynamo=False,
    )
    return onnx.load(folder / "model.onnx")


def builder(model, folder, precision, provider):
    model = copy.deepcopy(model)
    # The builder stores the rotary embedding of every position.
    model.config.max_position_embeddings = POSITIONS
    source, out = folder / "source", folder / precision
    model.save_pretrained(source)
    # The builder copies a tokenizer, whatever it is.
    Tokenizer(models.WordLevel({"a": 0}, unk_token="a")).save(str(source / "tokenizer.json"))
    (source / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast"}')
    create_model("", str(source), str(out), precision, provider, str(folder / "cache"), hf_token="false")
    return onnx.load(out / "model.onnx")


def fused(path, model):
    config = model.config
    family = config.model_type if config.model_type in ("gpt2", "gpt_neox") else "gpt2"
    optimised = optimizer.optimize_model(
        str(path), model_type=family, num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0
    )
    return optimised.model


def half(path):
    return float16.convert_float_to_float16(onnx.load(path), keep_io_types=False)


def eight_bits(path):
    into = path.with_name("q8.onnx")
    quantize_dynamic(path, into, weight_type=QuantType.QUInt8)
    return onnx.load(into)


def eight_bits_fused(path):
    """As onnxruntime saves it after its own optimisations."""
    into = path.with_name("q8-fused.onnx")
    eight_bits(path)
    options = SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(into)
    InferenceSession(path.with_name("q8.onnx"), options, providers=["CPUExecutionProvider"])
    return onnx.load(into)


def four_bits(path):
    quantizer = MatMulNBitsQuantizer(onnx.load(path), block_size=16, is_symmetric=True)
    quantizer.process()
    return quantizer.model.model


def bnb4(path):
    quantizer = MatMulBnb4Quantizer(onnx.load(path), quant_type=MatMulBnb4Quantizer.NF4, block_size=16)
    quantizer.process()
    return quantizer.model.model


FROM_OPTIMUM = {"fp16": half, "q8": eight_bits, "q8-fused": eight_bits_fused, "q4": four_bits, "bnb4": bnb4}


def save(name, form, graph):
    for node in graph.graph.node:
        node.ClearField("doc_string")
        del node.metadata_props[:]
    graph.ClearField("metadata_props")
    path = FOLDER / name / f"{form}.onnx.gz"
    path.write_bytes(gzip.compress(graph.SerializeToString(deterministic=True), 9, mtime=0))
    print(f"{name} {form}: {len(graph.graph.node)} nodes, {path.stat().st_size / 1000:.0f} kB")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, forms in FORMS.items():
        (FOLDER / name).mkdir(parents=True)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            model = load(name)
            exported = optimum(load(name), folder)
            path = folder / "exported.onnx"
            onnx.save(exported, path)
            for form in forms:
                inner = folder / form
                inner.mkdir()
                if form == "optimum":
                    graph = exported
                elif form == "bare":
                    graph = bare(load(name), inner)
                elif form == "fused":
                    graph = fused(path, model)
                else:
                    graph = FROM_OPTIMUM[form](path)
                save(name, form, graph)
    for seed, (name, forms) in enumerate(WIDE.items()):
        torch.manual_seed(seed)
        model = draw(name)
        for form, precision, provider in forms:
            with tempfile.TemporaryDirectory() as temporary:
                save(f"{name}-wide", form, builder(model, Path(temporary), precision, provider))


if __name__ == "__main__":
    main()
