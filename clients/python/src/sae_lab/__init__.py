"""Reads runs, curves, latents and SAEs from a sae-lab dashboard.

>>> import sae_lab
>>> lab = sae_lab.connect("http://localhost:4242")  # doctest: +SKIP
>>> lab.runs(filter="status = finished", columns=["variant", "l0", "explained_variance"])  # doctest: +SKIP
"""

from ._client import Client, connect
from ._errors import ApiError, MissingPackage, SaeLabError, Unreachable
from ._sae import SaeWeights
from ._values import Interval, Run

__all__ = [
    "ApiError",
    "Client",
    "Interval",
    "MissingPackage",
    "Run",
    "SaeLabError",
    "SaeWeights",
    "Unreachable",
    "connect",
]
__version__ = "0.1.0"
