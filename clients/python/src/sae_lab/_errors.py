from __future__ import annotations

from typing import Any, Mapping, Optional


class SaeLabError(Exception):
    """Every error that this package raises on purpose."""


class Unreachable(SaeLabError):
    """The dashboard did not answer, or what answered is not a sae-lab dashboard."""


class ApiError(SaeLabError):
    """The dashboard refused a request.

    Attributes:
        status: the HTTP status.
        code: the project's code, e.g. ``filter.unknown-key``; ``http`` where the answer has none.
        field: the parameter at fault, if there is one.
        problem: the whole problem details (RFC 9457).
    """

    def __init__(self, status: int, detail: str, problem: Optional[Mapping[str, Any]] = None) -> None:
        self.problem = dict(problem or {})
        self.status = status
        self.code = str(self.problem.get("code", "http"))
        self.field: Optional[str] = self.problem.get("field")
        super().__init__(f"{self.code}: {detail}")


class MissingPackage(SaeLabError, ImportError):
    """An optional package is not installed."""

    def __init__(self, package: str, use: str) -> None:
        super().__init__(f"{use} needs {package}. Install it with `pip install {package}`.")
