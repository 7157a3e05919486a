from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Union

#: A run by its number, by the first 8 or more digits of its hash, or as ``Client.run`` returns it.
RunLike = Union[int, str, "Run"]


class Interval(NamedTuple):
    """A 95 % interval over documents."""

    low: float
    high: float


@dataclass(frozen=True)
class Run:
    """A run. ``raw`` has everything that the API says of it."""

    id: int
    hash: str
    variant: str
    hyper: Dict[str, Any]
    hook: str
    model: Optional[str]
    width: int
    seed: int
    status: str
    specification: Dict[str, Any]
    #: By key, e.g. ``figures["l0"]``. NaN: undefined on the run's data.
    figures: Dict[str, float]
    #: Of the figures that have one.
    intervals: Dict[str, Interval]
    #: Names of its curves.
    curves: List[str]
    tags: List[str]
    raw: Dict[str, Any]

    @staticmethod
    def of(raw: Dict[str, Any]) -> Run:
        same = ("id", "hash", "variant", "hyper", "hook", "model", "width", "seed", "status", "specification", "curves", "tags")
        return Run(
            **{name: raw[name] for name in same},
            figures={key: float(value) for key, value in raw["figures"].items()},
            intervals={
                key: Interval(float(value["low"]), float(value["high"])) for key, value in raw["intervals"].items()
            },
            raw=raw,
        )


def run_key(run: RunLike) -> str:
    """How an address names a run."""
    if isinstance(run, Run):
        return run.hash
    if isinstance(run, (int, str)) and not isinstance(run, bool) and str(run):
        return str(run)
    # A row of a data frame has numpy integers.
    if hasattr(run, "__index__"):
        return str(run.__index__())  # type: ignore[union-attr]
    raise TypeError(f"run: expected a number, a hash or a Run, received {run!r}")


def run_keys(runs: Any) -> List[str]:
    """How an address names several runs: of one run, of a list of them, or of a data frame with a column ``id``."""
    if isinstance(runs, (int, str, Run)) or hasattr(runs, "__index__"):
        return [run_key(runs)]
    if hasattr(runs, "columns") and "id" in runs.columns:
        runs = runs["id"]
    return [run_key(run) for run in runs]


def converted(cell: Any, kind: str) -> Any:
    """A cell of the table of runs as Python has it."""
    if cell is None:
        return None
    if kind == "number":
        return cell if isinstance(cell, int) else float(cell)
    if kind == "time":
        return datetime.fromisoformat(cell.replace("Z", "+00:00"))
    return cell


def floats(values: Iterable[Any]) -> List[float]:
    """Numbers of the API, whose NaN and infinities are text."""
    return [float(value) for value in values]


def flat_curve(curve: Mapping[str, Any]) -> Dict[str, List[Any]]:
    """A curve as columns of equal length."""
    steps = curve["steps"]
    numbers = ("last", "min", "max") if "size" in curve else ("values",)
    size = {"size": [curve["size"]] * len(steps)} if "size" in curve else {}
    return {
        "run": [curve["run"]] * len(steps),
        "curve": [curve["curve"]] * len(steps),
        **size,
        "step": steps,
        **{("value" if name == "values" else name): floats(curve[name]) for name in numbers},
    }
