"""Losses of the bundled model with spliced SAEs, by SAELens's own evaluation, `run_evals`.

The model is a TransformerLens `HookedTransformer` with the weights of the bundled model, which are exported from its ONNX
graph first. The SAEs in `saelens-ce` were trained by sae-lab. Each of the first documents of the bundled corpus is cut to
128 tokens. `all` splices every token; `without-special` lets the first one keep its activation, as SAELens does with
`exclude_special_tokens`. Writes `saelens-ce/losses.json`, with which a test compares ours. Neither the product nor its
tests need Python.

    python3 -m venv ../reference && ../reference/bin/pip install sae-lens
    mkdir /tmp/bundled && node -e "import('./packages/core/src/activations/extraction/model/build/bundled-weights.ts')
        .then(({ writeBundledCheckpoint }) => writeBundledCheckpoint('/tmp/bundled', 1, 'logits'))"
    ../reference/bin/python tests/reference/saelens_ce.py /tmp/bundled
"""

import gzip
import json
import sys
from importlib.metadata import version
from pathlib import Path

import sae_lens
import torch
from datasets import Dataset
from sae_lens import SAE, ActivationsStore
from sae_lens.evals import EvalConfig, run_evals
from sae_lens.training.activation_scaler import ActivationScaler
from transformer_lens import HookedTransformer, HookedTransformerConfig
from transformer_lens.pretrained.weight_conversions import convert_neox_weights
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "saelens-ce"
CORPUS = HERE.parent.parent / "models" / "corpus" / "public-domain-en.jsonl.gz"
DOCUMENTS, CONTEXT = 40, 128


def hooked(checkpoint, tokenizer):
    original = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    config = original.config
    head = config.hidden_size // config.num_attention_heads
    cfg = HookedTransformerConfig(
        n_layers=config.num_hidden_layers,
        d_model=config.hidden_size,
        n_ctx=CONTEXT,
        d_head=head,
        n_heads=config.num_attention_heads,
        d_mlp=config.intermediate_size,
        d_vocab=config.vocab_size,
        act_fn="gelu",
        eps=config.layer_norm_eps,
        normalization_type="LN",
        positional_embedding_type="rotary",
        rotary_dim=head // 4,
        rotary_adjacent_pairs=False,
        parallel_attn_mlp=True,
        original_architecture="GPTNeoXForCausalLM",
        device="cpu",
    )
    model = HookedTransformer(cfg, tokenizer=tokenizer)
    model.load_and_process_state_dict(
        convert_neox_weights(original, cfg),
        fold_ln=False,
        center_writing_weights=False,
        center_unembed=False,
        fold_value_biases=False,
    )
    return model, original


def pieces(tokenizer):
    found = []
    with gzip.open(CORPUS, "rt") as lines:
        for line in lines:
            ids = [0, *tokenizer.encode(json.loads(line)["text"], add_special_tokens=False)]
            assert len(ids) >= CONTEXT, "a short document"
            found.append(ids[:CONTEXT])
            if len(found) == DOCUMENTS:
                return found


def main(checkpoint):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=f"{checkpoint}/tokenizer.json",
        name_or_path=checkpoint,
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
    )
    model, original = hooked(checkpoint, tokenizer)
    tokens = torch.tensor(pieces(tokenizer))
    with torch.no_grad():
        difference = (model(tokens[:4]) - original(tokens[:4]).logits).log_softmax(-1).std()
    print("difference of logits:", float(difference))

    results = {}
    for name in ["topk", "relu-l1"]:
        sae = SAE.load_from_disk(FOLDER / name)
        results[name] = {}
        for kind, excluded in [("all", False), ("without-special", [0])]:
            store = ActivationsStore.from_sae(
                model,
                sae,
                context_size=CONTEXT,
                dataset=Dataset.from_dict({"tokens": tokens.tolist()}),
                streaming=False,
                store_batch_size_prompts=DOCUMENTS,
                n_batches_in_buffer=2,
                train_batch_size_tokens=CONTEXT,
                device="cpu",
            )
            fed = store.get_batch_tokens(DOCUMENTS)
            assert torch.equal(fed.sort(0).values, tokens.sort(0).values), "other tokens"
            metrics, _ = run_evals(
                sae,
                store,
                model,
                ActivationScaler(),
                EvalConfig(
                    batch_size_prompts=DOCUMENTS,
                    n_eval_reconstruction_batches=1,
                    compute_kl=True,
                    compute_ce_loss=True,
                ),
                exclude_special_tokens=excluded,
            )
            results[name][kind] = metrics["model_performance_preservation"] | metrics["model_behavior_preservation"]
            print(name, kind, results[name][kind])
    recorded = {
        "sae_lens": sae_lens.__version__,
        "transformer_lens": version("transformer_lens"),
        "torch": torch.__version__,
        "documents": DOCUMENTS,
        "context": CONTEXT,
        "saes": results,
    }
    (FOLDER / "losses.json").write_text(json.dumps(recorded, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
