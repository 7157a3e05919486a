"""Copies runs from a dashboard to trackio or Weights & Biases, through their own clients.

    pip install ./clients/python trackio
    python clients/python/examples/mirror.py --filter "sweep = quickstart" --to trackio --project quickstart
"""

from __future__ import annotations

import argparse
import importlib
import math
from collections import defaultdict
from typing import Any, Dict

import sae_lab


def mirror(lab: sae_lab.Client, tracker: Any, project: str, filter: str = "") -> int:
    """Copies the specification, the curves and the figures of each run. Returns the number of runs.

    Args:
        tracker: the module ``trackio`` or ``wandb``: both have ``init``, ``log`` and ``finish``.
    """
    count = 0
    for row in lab.iter_runs(filter, columns=["variant"]):
        run = lab.run(row["id"])
        tracker.init(
            project=project,
            name=f"{run.variant}-{run.hash[:8]}",
            group=run.variant,
            config={**run.specification, "hash": run.hash, "model": run.model},
        )
        steps: Dict[int, Dict[str, float]] = defaultdict(dict)
        for curve in lab.iter_curves(run, run.curves) if run.curves else ():
            for step, value in zip(curve["steps"], curve["values"]):
                steps[step][curve["curve"]] = float(value)
        for step in sorted(steps):
            tracker.log(steps[step], step=step)
        figures = {f"final/{key}": value for key, value in run.figures.items() if math.isfinite(value)}
        if figures:
            tracker.log(figures, step=max(steps, default=-1) + 1)
        tracker.finish()
        count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", default="http://localhost:4242", help="address of the dashboard")
    parser.add_argument("--filter", default="status = finished", help="which runs, as on the page of all runs")
    parser.add_argument("--to", choices=["trackio", "wandb"], default="trackio")
    parser.add_argument("--project", default="sae-lab")
    given = parser.parse_args()
    lab = sae_lab.connect(given.url)
    count = mirror(lab, importlib.import_module(given.to), given.project, given.filter)
    print(f"Copied {count} runs to {given.to}, project {given.project}.")


if __name__ == "__main__":
    main()
