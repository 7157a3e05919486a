from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Union
from urllib.parse import parse_qs, quote, urlsplit

from ._errors import ApiError, MissingPackage, Unreachable
from ._http import Http
from ._sae import load_sae
from ._values import Run, RunLike, converted, flat_curve, run_key, run_keys

if TYPE_CHECKING:
    import pandas

_API = "/api/v1"
_PAGE = 1000
#: Characters of the runs that one address names. The dashboard refuses addresses above 4000.
_LONGEST_RUNS = 2500
_MOST_RUNS = 500
_LABEL_COLUMNS = [
    *("kind", "text", "author", "writtenAt", "score", "latent"),
    *("run", "hash", "variant", "hook", "width", "seed", "sae", "saeName", "sweeps"),
]


def connect(
    url: str = "http://localhost:4242",
    token: Optional[str] = None,
    *,
    timeout: float = 60.0,
    attempts: int = 4,
) -> Client:
    """Connects to a dashboard that ``pnpm dashboard`` serves.

    Args:
        url: the address that it prints, also with its token.
        token: what it prints if it is started for a network. Absent: that of the address, or the variable
            ``SAE_LAB_DASHBOARD_TOKEN``.
        timeout: seconds that one answer may take.
        attempts: how often a request is sent before a fault counts.

    Raises:
        Unreachable: nothing answers there, or it is not a sae-lab dashboard.
        ApiError: the token is missing or wrong.

    Example:
        >>> lab = connect("http://localhost:4242")  # doctest: +SKIP
    """
    written = parse_qs(urlsplit(url).query).get("token", [None])[0]
    given = token or written or os.environ.get("SAE_LAB_DASHBOARD_TOKEN") or None
    http = Http(url, given, timeout, attempts)
    client = Client(http)
    try:
        root = client._get("")
    except ApiError as error:
        if error.status != 404:
            raise
        root = None
    if not isinstance(root, dict) or root.get("name") != "sae-lab":
        raise Unreachable(f"{http.base} is not a sae-lab dashboard. Give the address that `pnpm dashboard` prints.")
    if root.get("version") != "1":
        raise Unreachable(f"{http.base} has version {root.get('version')} of the API. This package reads version 1: upgrade it.")
    return client


class Client:
    """Reads from a dashboard. Make one with :func:`connect`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def __repr__(self) -> str:
        return f"<sae_lab.Client of {self._http.base}>"

    def runs(
        self,
        filter: str = "",
        *,
        columns: Union[None, str, Sequence[str]] = None,
        sort: Optional[str] = None,
        dir: str = "asc",
        limit: Optional[int] = None,
    ) -> pandas.DataFrame:
        """The runs that pass a filter, as a data frame. Reads all pages.

        Args:
            filter: an expression as on the page of all runs, e.g. ``variant = topk and l0 < 40``.
            columns: keys of :meth:`keys`; ``"all"`` for all of them; absent: those of the page.
            sort: a key to sort by; absent: the newest run first.
            dir: ``"asc"`` or ``"desc"``; missing values come last.
            limit: the largest number of runs.

        Returns:
            A row per run: ``id``, ``hash`` and the columns. Times are in UTC.

        Example:
            >>> frame = lab.runs("l0 < 40", columns=["variant", "l0", "explained_variance"])  # doctest: +SKIP
            >>> frame.sort_values("explained_variance").tail()  # doctest: +SKIP
        """
        pandas = _pandas("Client.runs")
        kinds: Dict[str, str] = {}
        rows = list(self._runs(filter, columns, sort, dir, limit, kinds))
        names = ["id", "hash", *(name for name in kinds if name not in ("id", "hash"))]
        frame = pandas.DataFrame(rows, columns=names)
        for name, kind in kinds.items():
            if kind == "time":
                frame[name] = pandas.to_datetime(frame[name], utc=True)
            elif kind == "number" and frame[name].isna().all():
                frame[name] = frame[name].astype(float)
        return frame

    def iter_runs(
        self,
        filter: str = "",
        *,
        columns: Union[None, str, Sequence[str]] = None,
        sort: Optional[str] = None,
        dir: str = "asc",
        limit: Optional[int] = None,
    ) -> Iterator[Dict[str, Any]]:
        """The same as dictionaries, a page at a time. Needs no pandas.

        Example:
            >>> for run in lab.iter_runs("status = failed", columns=["error"]):  # doctest: +SKIP
            ...     print(run["id"], run["error"])
        """
        return self._runs(filter, columns, sort, dir, limit, {})

    def _runs(
        self,
        filter: str,
        columns: Union[None, str, Sequence[str]],
        sort: Optional[str],
        dir: str,
        limit: Optional[int],
        kinds: Dict[str, str],
    ) -> Iterator[Dict[str, Any]]:
        names = columns if columns is None or isinstance(columns, str) else ",".join(columns)
        query = {"filter": filter or None, "columns": names, "sort": sort, "dir": dir if sort else None}
        for page in self._pages("/runs", query, limit):
            kinds.update({column["key"]: column["type"] for column in page["columns"]})
            for row in page["runs"]:
                yield {key: converted(cell, kinds.get(key, "text")) for key, cell in row.items()}

    def run(self, run: RunLike) -> Run:
        """One run with its specification, figures and intervals.

        Example:
            >>> run = lab.run("9e72eb66")  # doctest: +SKIP
            >>> run.figures["explained_variance"], run.intervals.get("explained_variance")  # doctest: +SKIP
        """
        return Run.of(self._get(f"/runs/{_part(run)}"))

    def curves(
        self,
        runs: Any,
        names: Union[str, Sequence[str]] = "loss",
        *,
        buckets: Optional[int] = None,
        start: Optional[int] = None,
        stop: Optional[int] = None,
    ) -> pandas.DataFrame:
        """Curves of runs, as a data frame in long form.

        Args:
            runs: a run, a list of runs, or a data frame of :meth:`runs`.
            names: names of curves, e.g. ``["loss", "l0"]``; ``run.curves`` lists them.
            buckets: the largest number of buckets of a curve; absent: all points.
            start: the first step.
            stop: the step after the last one.

        Returns:
            ``run``, ``curve``, ``step`` and ``value``; with ``buckets`` ``size``, ``last``, ``min`` and ``max`` instead of
            ``value``.

        Example:
            >>> curves = lab.curves(lab.runs("variant = topk"), ["loss", "l0"], buckets=200)  # doctest: +SKIP
            >>> curves[curves.curve == "loss"].pivot(index="step", columns="run", values="last").plot()  # doctest: +SKIP
        """
        pandas = _pandas("Client.curves")
        numbers = ["value"] if buckets is None else ["last", "min", "max"]
        head = ["run", "curve", *([] if buckets is None else ["size"]), "step"]
        frames = [
            pandas.DataFrame(flat_curve(curve))
            for curve in self.iter_curves(runs, names, buckets=buckets, start=start, stop=stop)
        ]
        if not frames:
            return pandas.DataFrame(columns=[*head, *numbers])
        return pandas.concat(frames, ignore_index=True)

    def iter_curves(
        self,
        runs: Any,
        names: Union[str, Sequence[str]] = "loss",
        *,
        buckets: Optional[int] = None,
        start: Optional[int] = None,
        stop: Optional[int] = None,
    ) -> Iterator[Dict[str, Any]]:
        """The same as the dictionaries of the API, one per run and curve. Needs no pandas."""
        wanted = names if isinstance(names, str) else ",".join(names)
        query = {"curves": wanted, "buckets": buckets, "from": start, "until": stop}
        for piece in _pieces(run_keys(runs)):
            yield from self._curves(piece, query)

    def _curves(self, runs: List[str], query: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
        try:
            answer = self._get("/curves", {**query, "runs": ",".join(runs)})
        except ApiError as error:
            if error.code != "api.too-many-points" or len(runs) == 1:
                raise
            half = len(runs) // 2
            yield from self._curves(runs[:half], query)
            yield from self._curves(runs[half:], query)
        else:
            yield from answer["curves"]

    def latents(
        self, run: RunLike, *, sort: str = "density", dir: str = "desc", limit: Optional[int] = None
    ) -> pandas.DataFrame:
        """The described latents of an SAE, as a data frame. It needs the evaluation ``features``.

        Args:
            run: a run, or an SAE that no run trained, e.g. ``"sae-3"``.
            sort: ``"density"``, ``"maxActivation"``, ``"latent"`` or ``"probingScore"``.

        Example:
            >>> lab.latents("9e72eb66", sort="maxActivation", limit=20)  # doctest: +SKIP
        """
        return _pandas("Client.latents").DataFrame(list(self.iter_latents(run, sort=sort, dir=dir, limit=limit)))

    def iter_latents(
        self, run: RunLike, *, sort: str = "density", dir: str = "desc", limit: Optional[int] = None
    ) -> Iterator[Dict[str, Any]]:
        """The same as dictionaries. Needs no pandas."""
        for page in self._pages(f"{_sae_path(run)}/latents", {"sort": sort, "dir": dir}, limit):
            yield from page["latents"]

    def latent(self, run: RunLike, latent: int) -> Dict[str, Any]:
        """One latent with its examples, histogram, raised and lowered tokens and similar latents.

        Example:
            >>> for example in lab.latent("9e72eb66", 7)["top"]:  # doctest: +SKIP
            ...     print("".join(example["tokens"]))
        """
        return self._get(f"{_sae_path(run)}/latents/{int(latent)}")

    def sae(self, run: RunLike, *, folder: Union[None, str, os.PathLike] = None, device: str = "cpu") -> Any:
        """The SAE of a finished run: SAELens's object if ``sae-lens`` is installed, otherwise :class:`SaeWeights`.

        Args:
            folder: where the files go; absent: ``~/.cache/sae-lab/<hash>``. Files that are there are not read again.
            device: for SAELens, e.g. ``"cuda"``.

        Example:
            >>> sae = lab.sae("9e72eb66")  # doctest: +SKIP
            >>> codes = sae.encode(activations)  # doctest: +SKIP
        """
        return load_sae(self.download_sae(run, folder=folder), device)

    def download_sae(self, run: RunLike, *, folder: Union[None, str, os.PathLike] = None) -> Path:
        """Downloads the files of a run's SAE, in SAELens's format, and returns their folder. Checksums are verified."""
        sae = self._get(f"/runs/{_part(run)}/sae")
        target = Path(folder) if folder is not None else Path.home() / ".cache" / "sae-lab" / sae["hash"]
        for file in sae["files"]:
            # The name is one part of a path on every system.
            name = file["name"]
            if name in ("", ".", "..") or any(mark in name for mark in "/\\:"):
                raise Unreachable(f"{self._http.base} names a file {name!r}, which is not a file name.")
            path = f"{_API}/runs/{sae['hash']}/files/{quote(name, safe='')}"
            self._http.download(path, target / name, file["sha256"])
        return target

    def labels(self, q: str = "", *, kind: Optional[str] = None, limit: Optional[int] = None) -> pandas.DataFrame:
        """What people and language models wrote about latents of all SAEs, the newest first, as a data frame.

        Args:
            q: words that must all occur in the text, in any order and case; empty: everything.
            kind: ``"label"``, ``"note"`` or ``"explanation"`` (by a language model); absent: all of them.
            limit: the largest number of rows.

        Returns:
            ``kind``, ``text``, ``author``, ``writtenAt``, ``score``, ``latent``, ``run``, ``hash``, ``variant``, ``hook``,
            ``width``, ``seed``, ``sae``, ``saeName`` and ``sweeps``, a list of names. ``sae`` is the number of an SAE that no run
            trained; it has no ``run``, ``hash``, ``variant`` and ``seed``.

        Example:
            >>> lab.labels("date")[["text", "run", "latent"]]  # doctest: +SKIP
        """
        pandas = _pandas("Client.labels")
        rows = [
            {**label, "sae": (label["sae"] or {}).get("id"), "saeName": (label["sae"] or {}).get("name")}
            for label in self.iter_labels(q, kind=kind, limit=limit)
        ]
        frame = pandas.DataFrame(rows, columns=_LABEL_COLUMNS).astype({"run": "Int64", "seed": "Int64", "sae": "Int64"})
        frame["writtenAt"] = pandas.to_datetime(frame["writtenAt"], utc=True, format="ISO8601")
        frame["sweeps"] = [[sweep["name"] for sweep in sweeps] for sweeps in frame["sweeps"]]
        return frame

    def iter_labels(
        self, q: str = "", *, kind: Optional[str] = None, limit: Optional[int] = None
    ) -> Iterator[Dict[str, Any]]:
        """The same as the dictionaries of the API, a page at a time. Needs no pandas."""
        for page in self._pages("/labels", {"q": q or None, "kind": kind}, limit):
            yield from page["labels"]

    def sweeps(self) -> pandas.DataFrame:
        """All sweeps, the most recently started first."""
        return _pandas("Client.sweeps").DataFrame(self._get("/sweeps")["sweeps"])

    def sweep(self, sweep: int) -> Dict[str, Any]:
        """One sweep with its definition and the numbers of its runs."""
        return self._get(f"/sweeps/{int(sweep)}")

    def keys(self) -> pandas.DataFrame:
        """Everything that runs can be filtered, sorted and listed by."""
        return _pandas("Client.keys").DataFrame(self._get("/keys")["keys"])

    def variants(self) -> List[Dict[str, Any]]:
        """The architectures that runs were trained with."""
        return self._get("/variants")["variants"]

    def measures(self) -> Dict[str, List[Dict[str, Any]]]:
        """Labels, units and meanings of figures, curves and histograms."""
        return self._get("/measures")

    def _get(self, path: str, query: Optional[Mapping[str, Any]] = None) -> Any:
        return self._http.json(f"{_API}{path}", query)

    def _pages(self, path: str, query: Mapping[str, Any], limit: Optional[int]) -> Iterator[Dict[str, Any]]:
        """Pages until the last one, or until `limit` rows."""
        left = limit
        cursor: Optional[str] = None
        while left is None or left > 0:
            rows = _PAGE if left is None else min(_PAGE, left)
            page = self._get(path, {**query, "limit": rows, "cursor": cursor})
            yield page
            cursor = page["next"]
            if cursor is None:
                return
            left = None if left is None else left - rows


def _part(run: RunLike) -> str:
    return quote(run_key(run), safe="")


def _sae_path(run: RunLike) -> str:
    """The address of a run, or of an SAE that no run trained: ``sae-3``."""
    match = re.fullmatch(r"sae-([0-9]+)", run) if isinstance(run, str) else None
    return f"/runs/{_part(run)}" if match is None else f"/saes/{match.group(1)}"


def _pieces(runs: List[str]) -> Iterator[List[str]]:
    """Runs in lists that fit an address."""
    piece: List[str] = []
    length = 0
    for run in dict.fromkeys(runs):
        if piece and (len(piece) == _MOST_RUNS or length + len(run) + 3 > _LONGEST_RUNS):
            yield piece
            piece, length = [], 0
        piece.append(run)
        # A comma takes three characters in an address.
        length += len(run) + 3
    if piece:
        yield piece


def _pandas(use: str) -> Any:
    try:
        import pandas
    except ImportError:
        raise MissingPackage("pandas", use) from None
    return pandas
