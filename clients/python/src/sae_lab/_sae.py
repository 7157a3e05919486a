from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict

from ._errors import MissingPackage

_WEIGHTS = "sae_weights.safetensors"


@dataclass(frozen=True)
class SaeWeights:
    """An SAE as arrays, for use without SAELens.

    Attributes:
        config: what ``cfg.json`` says, e.g. ``config["architecture"]``.
        weights: numpy arrays by SAELens's names, e.g. ``weights["W_dec"]`` of shape [latents, d_in].
        folder: where the files are.
    """

    config: Dict[str, Any]
    weights: Dict[str, Any]
    folder: Path


def load_sae(folder: Path, device: str) -> Any:
    """A SAELens object if SAELens is installed, otherwise the arrays."""
    try:
        from sae_lens import SAE
    except ImportError:
        return load_weights(folder)
    return SAE.load_from_disk(str(folder), device=device)


def load_weights(folder: Path) -> SaeWeights:
    try:
        from safetensors.numpy import load_file
    except ImportError:
        raise MissingPackage("safetensors numpy", "Client.sae without sae-lens") from None
    config = json.loads((folder / "cfg.json").read_text(encoding="utf-8"))
    return SaeWeights(config, dict(load_file(str(folder / _WEIGHTS))), folder)
