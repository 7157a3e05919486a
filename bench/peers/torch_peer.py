"""A training step in plain PyTorch that computes what sae-lab's trainer computes."""

from statistics import NormalDist

import torch

NEVER = 1e12  # tokens without firing; keeps these latents dead although they fire


def initial_params(case, generator):
    """Random directions as decoder, its transpose as encoder, and a bias that gives the sparsity of the case."""
    d_in, d_sae = case["dIn"], case["dSae"]
    norm = 1.0 if case["decoderNorm"] == "unit" else 0.1
    W_dec = torch.randn(d_sae, d_in, generator=generator)
    W_dec *= norm / torch.linalg.vector_norm(W_dec, dim=1, keepdim=True)
    params = {"W_enc": W_dec.clone(), "W_dec": W_dec, "b_dec": torch.zeros(d_in)}
    # A pre-activation of Gaussian activations is Gaussian.
    level = 0.0 if case["l0"] is None else norm * NormalDist().inv_cdf(1 - case["l0"] / d_sae)
    if case["variant"] == "gated":
        params |= {name: torch.full([d_sae], -level) for name in ("b_gate", "b_mag")}
        params["r_mag"] = torch.zeros(d_sae)
    elif case["variant"] == "jump-relu":
        params |= {"b_enc": torch.zeros(d_sae), "theta": torch.full([d_sae], level)}
    else:
        params["b_enc"] = torch.full([d_sae], -level)
    return params


class TorchPeer:
    def __init__(self, case, params, losses, way):
        self.case, self.way = case, way
        self.loss_of = losses[case["variant"]]
        self.params = {name: value.clone().requires_grad_() for name, value in params.items()}
        settings = case["optimizer"]
        self.clip = settings["gradientClip"]
        # One kernel for all of Adam; PyTorch's other implementations are several times slower on a CPU.
        self.adam = torch.optim.Adam(
            list(self.params.values()),
            lr=settings["learningRate"],
            betas=(float(settings["beta1"]), float(settings["beta2"])),  # JSON has 0 for 0.0
            eps=settings["epsilon"],
            fused=True,
        )
        self.tokens_since_fired = torch.zeros(case["dSae"], dtype=torch.float64)
        self.threshold = torch.zeros(())

    def step(self, x):
        self.tokens_since_fired[: self.case["deadLatents"]] = NEVER
        dead = (self.tokens_since_fired >= self.case["deadAfterTokens"]).nonzero().squeeze(1)
        loss, fired, smallest = self.loss_of(self.params, x, self.case["hyper"], dead, self.way)
        loss.backward()
        if self.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.params.values(), self.clip, foreach=True)
        W_dec = self.params["W_dec"]
        is_unit = self.case["decoderNorm"] == "unit"
        if is_unit:
            along = torch.linalg.vecdot(W_dec.grad, W_dec.detach())
            W_dec.grad.addcmul_(W_dec.detach(), along.unsqueeze(1), value=-1)
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        with torch.no_grad():
            if is_unit:
                W_dec.div_(torch.linalg.vector_norm(W_dec, dim=1, keepdim=True))
            if smallest is not None:
                self.threshold.lerp_(smallest, 1e-3)
            self.tokens_since_fired.add_(x.shape[0]).masked_fill_(fired, 0)
        return loss.item()
