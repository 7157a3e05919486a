"""The transport against a server that misbehaves. Needs the standard library only."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple
from urllib.parse import parse_qs, urlsplit

import sae_lab
from sae_lab._http import Http

Answer = Tuple[int, Dict[str, str], bytes]


class Server:
    """Answers each request by a function of its path and headers, and remembers them."""

    def __init__(self, answer: Callable[[str, Any, int], Optional[Answer]]) -> None:
        self.requests: List[Tuple[str, Dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                given = answer(self.path, self.headers, len(server.requests))
                if given is None:
                    # As if the process had died.
                    self.close_connection = True
                    return
                status, headers, body = given
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()


def found(value: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def http(server: Server, token: Optional[str] = None, attempts: int = 3) -> Http:
    return Http(server.url, token, 10, attempts)


class Requests(unittest.TestCase):
    def test_faults_that_pass_are_tried_again(self) -> None:
        def answer(_: str, __: Any, number: int) -> Optional[Answer]:
            if number == 1:
                return None
            return (503, {"Retry-After": "0"}, b"") if number == 2 else found({"ok": True})

        with Server(answer) as server:
            self.assertEqual(http(server).json("/x"), {"ok": True})
            self.assertEqual(len(server.requests), 3)

    def test_refusals_are_not_tried_again_and_say_why(self) -> None:
        problem = {"code": "filter.syntax", "detail": "the filter ends too early", "status": 400, "field": "filter"}
        body = json.dumps(problem).encode()
        with Server(lambda *_: (400, {"Content-Type": "application/problem+json"}, body)) as server:
            with self.assertRaises(sae_lab.ApiError) as caught:
                http(server).json("/x")
            self.assertEqual((caught.exception.status, caught.exception.code, caught.exception.field), (400, "filter.syntax", "filter"))
            self.assertIn("the filter ends too early", str(caught.exception))
            self.assertEqual(len(server.requests), 1)

    def test_the_token_is_sent_and_a_missing_one_is_named(self) -> None:
        def answer(_: str, headers: Any, __: int) -> Answer:
            return found({}) if headers.get("Authorization") == "Bearer secret" else (401, {}, b"Token required.")

        with Server(answer) as server:
            self.assertEqual(http(server, "secret").json("/x"), {})
            with self.assertRaisesRegex(sae_lab.ApiError, "Token required.*token="):
                http(server).json("/x")

    def test_the_token_follows_no_redirect(self) -> None:
        with Server(lambda *_: found({})) as other:
            with Server(lambda *_: (302, {"Location": other.url}, b"")) as server:
                with self.assertRaises(sae_lab.ApiError):
                    http(server, "secret").json("/x")
            self.assertEqual(other.requests, [])

    def test_a_server_that_is_not_a_dashboard_is_named(self) -> None:
        with Server(lambda *_: (200, {"Content-Type": "text/html"}, b"<p>hello")) as server:
            with self.assertRaisesRegex(sae_lab.Unreachable, "not a sae-lab dashboard"):
                sae_lab.connect(server.url)
        with Server(lambda *_: found({"name": "sae-lab", "version": "2"})) as server:
            with self.assertRaisesRegex(sae_lab.Unreachable, "version 2"):
                sae_lab.connect(server.url)

        page = b"<!DOCTYPE html><title>Not found</title>"
        with Server(lambda *_: (404, {"Content-Type": "text/html"}, page)) as server:
            with self.assertRaisesRegex(sae_lab.Unreachable, "not a sae-lab dashboard.*address"):
                sae_lab.connect(f"{server.url}/runs?token=secret")
            self.assertEqual(server.requests[0][0], "/runs/api/v1")
            with self.assertRaisesRegex(sae_lab.ApiError, "404 Not Found. The answer is a page"):
                http(server).json("/x")

    def test_the_printed_address_has_the_token(self) -> None:
        def answer(_: str, headers: Any, __: int) -> Answer:
            is_right = headers.get("Authorization") == "Bearer secret"
            return found({"name": "sae-lab", "version": "1"}) if is_right else (401, {}, b"Token required.")

        with Server(answer) as server:
            self.assertNotIn("secret", repr(sae_lab.connect(f"{server.url}/?token=secret")))

    def test_nothing_that_answers(self) -> None:
        with Server(lambda *_: None) as server:
            url = server.url
        with self.assertRaisesRegex(sae_lab.Unreachable, "pnpm dashboard"):
            sae_lab.connect(url, attempts=1)

    def test_addresses(self) -> None:
        self.assertEqual(Http("localhost:4242/", None, 1, 1).base, "http://localhost:4242")
        self.assertEqual(Http("https://lab.example/sae/", None, 1, 1).base, "https://lab.example/sae")
        with self.assertRaises(ValueError):
            Http("ftp://lab.example", None, 1, 1)


class Downloads(unittest.TestCase):
    content = bytes(range(256)) * 1000
    sha256 = hashlib.sha256(content).hexdigest()

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.target = Path(self._folder.name) / "deep" / "weights"

    def _answer(self, _: str, headers: Any, number: int) -> Answer:
        if headers.get("Range") is None:
            # Promises more than it sends, the first time.
            return 200, {"Content-Length": str(len(self.content))}, self.content[: 100_000 if number == 1 else None]
        first = int(headers["Range"][len("bytes=") :].rstrip("-"))
        return 206, {"Content-Length": str(len(self.content) - first)}, self.content[first:]

    def test_a_broken_download_continues_where_it_ended(self) -> None:
        with Server(self._answer) as server:
            http(server).download("/file", self.target, self.sha256)
            self.assertEqual(self.target.read_bytes(), self.content)
            _, again = server.requests
            self.assertEqual((again[1]["range"], again[1]["if-range"]), ("bytes=100000-", f'"{self.sha256}"'))
            # What is there is not read again.
            http(server).download("/file", self.target, self.sha256)
            self.assertEqual(len(server.requests), 2)
            self.assertEqual([path.name for path in self.target.parent.iterdir()], ["weights"])

    def test_other_bytes_than_recorded_are_refused(self) -> None:
        with Server(lambda *_: (200, {}, b"other")) as server:
            with self.assertRaisesRegex(sae_lab.SaeLabError, "sha256"):
                http(server).download("/file", self.target, self.sha256)
        self.assertEqual(list(self.target.parent.iterdir()), [])


class Curves(unittest.TestCase):
    def test_many_runs_are_divided_until_an_answer_fits(self) -> None:
        def answer(path: str, _: Any, __: int) -> Answer:
            if "/curves" not in path:
                return found({"name": "sae-lab", "version": "1"})
            [given] = parse_qs(urlsplit(path).query)["runs"]
            runs = given.split(",")
            if len(runs) > 200:
                problem = {"code": "api.too-many-points", "detail": "too many"}
                return 400, {"Content-Type": "application/problem+json"}, json.dumps(problem).encode()
            return found({"curves": [{"run": int(run), "curve": "loss", "steps": [], "values": []} for run in runs]})

        runs = list(range(1, 2001))
        with Server(answer) as server:
            curves = list(sae_lab.connect(server.url).iter_curves([*runs, 5], "loss", buckets=10))
            self.assertEqual([curve["run"] for curve in curves], runs)
            # The dashboard refuses longer addresses.
            self.assertLess(max(len(path) for path, _ in server.requests), 4000)


if __name__ == "__main__":
    unittest.main()
