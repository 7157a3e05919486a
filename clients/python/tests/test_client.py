"""The client against a running dashboard with two finished runs whose latents are described.

SAE_LAB_TEST_URL is its address, SAE_LAB_TEST_SAE the folder of the SAE of run 1.
"""

from __future__ import annotations

import importlib.util
import math
import os
import tempfile
import unittest
from pathlib import Path

import sae_lab

URL = os.environ.get("SAE_LAB_TEST_URL")
SAE = os.environ.get("SAE_LAB_TEST_SAE", "")
LACKS_PANDAS = "pandas is not installed"


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@unittest.skipIf(URL is None, "SAE_LAB_TEST_URL names no dashboard")
class StandardLibrary(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.lab = sae_lab.connect(URL or "")

    def test_runs_of_all_pages(self) -> None:
        runs = list(self.lab.iter_runs("status = finished", columns=["variant", "l0", "finished"], sort="l0", dir="desc"))
        self.assertEqual([run["variant"] for run in runs], ["topk", "topk"])
        self.assertGreater(runs[0]["l0"], runs[1]["l0"])
        self.assertIsNotNone(runs[0]["finished"].tzinfo)
        self.assertEqual(len(list(self.lab.iter_runs(limit=1))), 1)
        self.assertEqual(list(self.lab.iter_runs("variant = none")), [])

    def test_one_run(self) -> None:
        run = self.lab.run(1)
        self.assertEqual(self.lab.run(run.hash[:8]), run)
        self.assertEqual((run.variant, run.width, run.status), ("topk", 64, "finished"))
        self.assertTrue(all(isinstance(value, float) for value in run.figures.values()))
        low, high = run.intervals["explained_variance"]
        self.assertTrue(low <= run.figures["explained_variance"] <= high)

    def test_curves(self) -> None:
        curves = list(self.lab.iter_curves([1, self.lab.run(2)], ["loss", "l0"]))
        self.assertEqual({(curve["run"], curve["curve"]) for curve in curves}, {(r, c) for r in (1, 2) for c in ("loss", "l0")})
        [loss] = self.lab.iter_curves(1, "loss", start=3, stop=6)
        self.assertEqual(loss["steps"], [3, 4, 5])

    def test_latents(self) -> None:
        latents = list(self.lab.iter_latents(1, sort="maxActivation"))
        self.assertEqual(len(latents), 64)
        strongest = self.lab.latent(1, latents[0]["latent"])
        example = strongest["top"][0]
        self.assertEqual(example["activations"][example["at"]], strongest["maxActivation"])

    def test_labels(self) -> None:
        labels = list(self.lab.iter_labels("date"))
        self.assertEqual([label["text"] for label in labels], ["also numbers that are no DATE", "dates and years"])
        self.assertEqual([(label["run"], label["latent"]) for label in labels], [(1, 3), (1, 3)])
        self.assertEqual([label["sae"] for label in labels], [None, None])
        [label] = self.lab.iter_labels(limit=1)
        self.assertEqual((label["run"], label["sae"]), (None, {"id": 1, "name": "mean"}))

    def test_refusals(self) -> None:
        for code, call in (
            ("filter.unknown-key", lambda: list(self.lab.iter_runs("nonsense = 1"))),
            ("api.not-found", lambda: self.lab.run(999)),
            ("api.invalid-parameter", lambda: list(self.lab.iter_latents(1, sort="nothing"))),
        ):
            with self.assertRaises(sae_lab.ApiError) as caught:
                call()
            self.assertEqual(caught.exception.code, code)

    def test_download(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.lab.download_sae(1, folder=folder), Path(folder))
            for file in Path(SAE).iterdir():
                self.assertEqual((Path(folder) / file.name).read_bytes(), file.read_bytes())

    @unittest.skipIf(has("pandas"), "pandas is installed")
    def test_pandas_is_named_where_it_lacks(self) -> None:
        with self.assertRaisesRegex(sae_lab.MissingPackage, "pip install pandas"):
            self.lab.runs()


@unittest.skipIf(URL is None, "SAE_LAB_TEST_URL names no dashboard")
class Pandas(unittest.TestCase):
    def setUp(self) -> None:
        if not has("pandas"):
            self.skipTest(LACKS_PANDAS)
        self.lab = sae_lab.connect(URL or "")

    def test_runs(self) -> None:
        frame = self.lab.runs("status = finished", columns="all")
        self.assertEqual(list(frame.columns[:2]), ["id", "hash"])
        self.assertEqual(sorted(frame["hyper.k"]), [4, 8])
        self.assertEqual(frame["l0"].dtype, float)
        self.assertEqual(str(frame["finished"].dt.tz), "UTC")
        self.assertEqual(list(self.lab.runs("variant = none", columns=["l0"]).columns), ["id", "hash", "l0"])

    def test_curves(self) -> None:
        frame = self.lab.curves(self.lab.runs(columns=["l0"]), ["loss"])
        self.assertEqual(list(frame.columns), ["run", "curve", "step", "value"])
        self.assertEqual(len(frame), 2 * 20)
        buckets = self.lab.curves([1], "loss", buckets=5)
        whole = frame[(frame.run == 1)].set_index("step")["value"]
        for bucket in buckets.itertuples():
            inside = whole[(whole.index >= bucket.step) & (whole.index < bucket.step + bucket.size)]
            self.assertEqual((bucket.min, bucket.max, bucket.last), (inside.min(), inside.max(), inside.iloc[-1]))
        self.assertEqual(len(self.lab.curves([1], "nothing")), 0)

    def test_others(self) -> None:
        self.assertEqual(len(self.lab.latents(1, limit=5)), 5)
        labels = self.lab.labels("years", kind="label")
        self.assertEqual(labels["sweeps"].tolist(), [["described"]])
        self.assertEqual(str(labels["writtenAt"].dt.tz), "UTC")
        self.assertEqual(list(self.lab.labels("no such words").columns), list(labels.columns))
        both = self.lab.labels(kind="label")
        self.assertEqual(both["saeName"].dropna().tolist(), ["mean"])
        self.assertEqual([both["sae"].isna().tolist(), both["run"].isna().tolist()], [[False, True, True], [True, False, False]])
        self.assertEqual((both["sae"][0], both["run"][1]), (1, 1))
        self.assertEqual(list(self.lab.sweeps()["name"]), ["described"])
        self.assertIn("explained_variance", set(self.lab.keys()["key"]))


@unittest.skipIf(URL is None, "SAE_LAB_TEST_URL names no dashboard")
class Description(unittest.TestCase):
    def test_is_an_openapi_document(self) -> None:
        if not has("openapi_spec_validator"):
            self.skipTest("openapi-spec-validator is not installed")
        from openapi_spec_validator import validate

        validate(sae_lab.connect(URL or "")._get("/openapi.json"))


@unittest.skipIf(URL is None, "SAE_LAB_TEST_URL names no dashboard")
class Saes(unittest.TestCase):
    def test_as_saelens_loads_it(self) -> None:
        if not has("sae_lens"):
            self.skipTest("sae-lens is not installed")
        import torch

        with tempfile.TemporaryDirectory() as folder:
            sae = sae_lab.connect(URL or "").sae(1, folder=folder)
            codes = sae.encode(torch.ones(3, sae.cfg.d_in))
            self.assertEqual(tuple(codes.shape), (3, 64))
            self.assertFalse(math.isnan(float(sae.decode(codes).sum())))

    def test_as_arrays(self) -> None:
        if not has("safetensors") or not has("numpy"):
            self.skipTest("safetensors or numpy is not installed")
        from sae_lab._sae import load_weights

        with tempfile.TemporaryDirectory() as folder:
            sae = load_weights(sae_lab.connect(URL or "").download_sae(1, folder=folder))
        self.assertEqual(sae.weights["W_dec"].shape[0], 64)
        self.assertIn("architecture", sae.config)


if __name__ == "__main__":
    unittest.main()
