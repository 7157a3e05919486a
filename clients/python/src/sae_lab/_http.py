from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from ._errors import ApiError, SaeLabError, Unreachable

#: Statuses after which the same request may succeed.
_TEMPORARY = frozenset({429, 502, 503, 504})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PIECE = 1 << 20
#: Seconds that a server may ask for before the next attempt.
_LONGEST_WAIT = 30.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The API never redirects, and a redirect would carry the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Http:
    """Sends GET requests, again after faults that may pass."""

    def __init__(self, url: str, token: Optional[str], timeout: float, attempts: int) -> None:
        parts = urllib.parse.urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url: expected an address such as http://localhost:4242, received {url!r}")
        if attempts < 1:
            raise ValueError(f"attempts: expected at least 1, received {attempts}")
        self.base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._token = token
        self._timeout = timeout
        self._attempts = attempts
        handlers: list = [_NoRedirects()]
        # A proxy cannot reach this machine's own dashboard.
        if parts.hostname in _LOOPBACK:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def json(self, path: str, query: Optional[Mapping[str, Any]] = None) -> Any:
        """The JSON at a path below the address; parameters that are None are left out."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        text = f"?{urllib.parse.urlencode(given)}" if given else ""

        def read(response: HTTPResponse) -> Any:
            content = response.read()
            try:
                return json.loads(content)
            except ValueError:
                raise Unreachable(f"{self.base} answered with something else than JSON: not a sae-lab dashboard?") from None

        return self._send(f"{path}{text}", {"Accept": "application/json"}, read)

    def download(self, path: str, target: Path, sha256: str) -> None:
        """Writes a file with this checksum. A file that is there already is kept; a broken download continues."""
        if target.exists() and _sha256_of(target) == sha256:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{sha256[:8]}.part")

        def read(response: HTTPResponse) -> None:
            with open(part, "ab" if response.status == 206 else "wb") as file:
                for piece in iter(lambda: response.read(_PIECE), b""):
                    file.write(piece)
            # Python says nothing of a connection that ends early.
            if response.length:
                raise IncompleteRead(b"", response.length)

        def headers() -> Dict[str, str]:
            size = part.stat().st_size if part.exists() else 0
            return {"Range": f"bytes={size}-", "If-Range": f'"{sha256}"'} if size else {}

        try:
            self._send(path, headers, read)
        except ApiError as error:
            # 416: the part is complete already.
            if error.status != 416:
                raise
        received = _sha256_of(part)
        if received != sha256:
            part.unlink()
            raise SaeLabError(f"{path}: the download has sha256 {received}, expected {sha256}. Try again.")
        part.replace(target)

    def _send(self, path: str, headers: Any, read: Any) -> Any:
        for attempt in range(1, self._attempts + 1):
            is_last = attempt == self._attempts
            given = headers() if callable(headers) else headers
            request = urllib.request.Request(f"{self.base}{path}", headers={**given, **self._authorization()})
            try:
                with self._opener.open(request, timeout=self._timeout) as response:
                    return read(response)
            except urllib.error.HTTPError as error:
                with error:
                    if is_last or error.code not in _TEMPORARY:
                        raise _refusal(error) from None
                    wait = _seconds(error.headers.get("Retry-After"))
            except (urllib.error.URLError, HTTPException, OSError) as error:
                if is_last:
                    reason = getattr(error, "reason", error)
                    raise Unreachable(
                        f"{self.base} does not answer ({reason}). Start it with `pnpm dashboard`, and give the address that it prints."
                    ) from error
                wait = None
            time.sleep(wait if wait is not None else 0.25 * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _authorization(self) -> Dict[str, str]:
        return {} if self._token is None else {"Authorization": f"Bearer {self._token}"}


def _refusal(error: urllib.error.HTTPError) -> ApiError:
    content = error.read(1 << 16)
    if error.headers.get_content_type() == "application/problem+json":
        problem = json.loads(content)
        return ApiError(error.code, problem["detail"], problem)
    text = content.decode("utf-8", "replace").strip()[:500]
    if text.startswith("<"):
        text = "The answer is a page, not one of the API."
    hint = " Give the token that `pnpm dashboard` printed: connect(url, token=...)." if error.code == 401 else ""
    return ApiError(error.code, f"{error.code} {error.reason}. {text}{hint}")


def _seconds(text: Optional[str]) -> Optional[float]:
    return min(float(text), _LONGEST_WAIT) if text is not None and text.isdigit() else None


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(_PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()
