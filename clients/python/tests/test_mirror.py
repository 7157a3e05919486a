"""The example that copies runs elsewhere, with the client of wandb (offline) and of trackio, where they are installed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

URL = os.environ.get("SAE_LAB_TEST_URL")
SCRIPT = Path(__file__).parent.parent / "examples" / "mirror.py"


@unittest.skipIf(URL is None, "SAE_LAB_TEST_URL names no dashboard")
class Mirror(unittest.TestCase):
    def copy(self, to: str, folder: str) -> None:
        if importlib.util.find_spec(to) is None:
            self.skipTest(f"{to} is not installed")
        # Everything that the clients store goes to the folder, and nothing leaves this machine.
        homes = {name: folder for name in ("HOME", "WANDB_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "TRACKIO_DIR")}
        ended = subprocess.run(
            [sys.executable, str(SCRIPT), "--url", str(URL), "--to", to, "--project", "copied"],
            env={**os.environ, **homes, "WANDB_MODE": "offline", "WANDB_SILENT": "true", "HF_HUB_OFFLINE": "1"},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        self.assertEqual(ended.returncode, 0, ended.stdout)
        self.assertIn("Copied 2 runs", ended.stdout)

    def test_wandb(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.copy("wandb", folder)
            self.assertEqual(len(list(Path(folder).glob("wandb/offline-run-*"))), 2)

    def test_trackio(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.copy("trackio", folder)
            import sqlite3

            [database] = Path(folder).rglob("copied*.db")
            with sqlite3.connect(database) as connection:
                (runs, rows) = connection.execute("select count(distinct run_name), count(*) from metrics").fetchone()
            self.assertEqual((runs, rows), (2, 2 * 21))


if __name__ == "__main__":
    unittest.main()
