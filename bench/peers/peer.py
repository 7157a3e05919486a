"""Runs steps of the peers of one case: JSON lines in, JSON lines out.

In: the case, then any number of `{"step": <peer>}`. The process ends with its input.
Out: after the warm-up `{"peers": [...], "absent": {<peer>: <why>}, "versions": {...}, "threads": n}`, then
`{"ms": <time of the step>}` for each step. What libraries print goes to standard error.

    python bench/peers/peer.py            # as `pnpm bench:train` starts it
    python bench/peers/peer.py --check    # do the peers compute what sae-lab does?
"""

import json
import math
import os
import sys
import time

WARM_UP = 3


def build(case):
    """The peers of a case by name, and the reason for each peer that is missing."""
    import torch

    import losses
    import ways
    from torch_peer import TorchPeer, initial_params

    params = initial_params(case, torch.Generator().manual_seed(1))
    peers = {"torch-dense": TorchPeer(case, params, losses.DENSE, ways.DENSE)}
    absent = {}
    if case["variant"] in losses.OF_FIXED_COUNT:
        peers["torch-sparse-decode"] = TorchPeer(case, params, losses.DENSE, ways.SPARSE_DECODE)
    if case["isSparse"]:
        peers["torch-sparse"] = TorchPeer(case, params, losses.SPARSE, ways.SPARSE)
    try:
        from saelens_peer import SaeLensPeer

        peers["sae-lens"] = SaeLensPeer(case, params)
        if case["variant"] == "topk":
            peers["sae-lens-sparse"] = SaeLensPeer(case, params, sparse_activations=True)
    except ImportError as error:
        absent["sae-lens"] = str(error)
    return peers, absent


def versions():
    import torch

    found = {"python": sys.version.split()[0], "torch": torch.__version__}
    if "sae_lens" in sys.modules:
        found["sae-lens"] = sys.modules["sae_lens"].__version__
    return found


def timed_step(peer, x):
    start = time.perf_counter()
    loss = peer.step(x)
    ms = (time.perf_counter() - start) * 1000
    if not math.isfinite(loss):
        raise ArithmeticError(f"the loss is {loss}")
    return ms


def serve(lines, answer):
    case = json.loads(next(lines))
    try:
        import torch
    except ImportError as error:
        answer({"error": str(error)})
        return
    torch.set_num_threads(case["threads"])
    x = torch.randn(case["batch"], case["dIn"], generator=torch.Generator().manual_seed(0))
    peers, absent = build(case)
    for name, peer in list(peers.items()):
        try:
            for _ in range(WARM_UP):
                timed_step(peer, x)
        except Exception as error:  # in a library; the other peers still work
            absent[name] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            del peers[name]
    answer(
        {"peers": list(peers), "absent": absent, "versions": versions(), "threads": torch.get_num_threads()}
    )
    for line in lines:
        answer({"ms": timed_step(peers[json.loads(line)["step"]], x)})


def main():
    if "--check" in sys.argv[1:]:
        from check import check

        sys.exit(check())
    # Some libraries print to standard output, which is reserved for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(message):
        print(json.dumps(message), file=answers, flush=True)

    serve(iter(sys.stdin.readline, ""), answer)


if __name__ == "__main__":
    main()
