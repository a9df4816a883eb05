"""What a run found, as a value, as JSON and as Markdown. All of it is redacted already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from kwartier.verify.case import Case, Result, Verdict
from kwartier.verify.cases import SUBJECTS


@dataclass(slots=True, kw_only=True)
class Report:
    """``now`` is the service's time when the run began; ``wanted`` is what was to be tried."""

    base_url: str
    now: datetime
    wanted: Sequence[Case]
    results: list[Result] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything wanted was got to; a run may be broken off."""
        return len(self.results) == len(self.wanted)

    @property
    def all_same(self) -> bool:
        """Whether everything wanted was seen as expected."""
        return self.is_whole and self.count(Verdict.SAME) == len(self.wanted)

    def of(self, verdict: Verdict) -> list[Result]:
        """The results with this verdict."""
        return [result for result in self.results if result.verdict is verdict]

    def count(self, verdict: Verdict) -> int:
        """How many results have this verdict."""
        return len(self.of(verdict))

    def by_subject(self) -> list[dict[str, Any]]:
        """A row a subject that was got to: how many claims, and how many of each verdict."""
        rows = []
        for subject, cases in SUBJECTS.items():
            names = {case.name for case in cases}
            found = [result for result in self.results if result.case.name in names]
            counts = {
                verdict.name.lower(): sum(result.verdict is verdict for result in found)
                for verdict in Verdict
            }
            if found:
                rows.append({"subject": subject, "claims": len(found), **counts})
        return rows

    def as_json(self) -> dict[str, Any]:
        """The whole run for programs."""
        return {
            "base_url": where(self.base_url),
            "began_at": self.now,
            "complete": self.is_whole,
            "wanted": len(self.wanted),
            "counts": {verdict.value: self.count(verdict) for verdict in Verdict},
            "cases": [_as_json(result) for result in self.results],
        }


def where(base_url: str) -> str:
    """The address without what may stand before its host."""
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def as_markdown(report: Report) -> str:
    """The whole run for people who were not there."""
    lines = [
        "# The API, compared with what kwartier takes for granted",
        "",
        f"Asked: {where(report.base_url)}, from {report.now:%Y-%m-%d %H:%M} UTC on by its clock.",
        f"Claims: {len(report.wanted)}; "
        + ", ".join(f"{report.count(verdict)} {verdict.value}" for verdict in Verdict)
        + ("." if report.is_whole else f". Broken off after {len(report.results)}."),
        "",
        "Keys, tokens, identifiers and EANs are left out; `<...>` stands where they stood.",
    ]
    for verdict, heading in (
        (Verdict.DIFFERS, "Differences"),
        (Verdict.UNTRIED, "Could not be tried"),
    ):
        if report.count(verdict):
            lines += ["", f"## {heading}"]
            for result in report.of(verdict):
                lines += ["", *_section(result)]
    lines += ["", "## All claims", "", *_table(report.results), ""]
    return "\n".join(lines)


def _section(result: Result) -> Iterable[str]:
    case = result.case
    yield f"### {case.name}"
    yield ""
    yield f"{case.claim} ({case.kind.value}{f': {case.source}' if case.source else ''})"
    yield ""
    yield f"- expected: {_code(case.expected)}"
    yield f"- {'seen' if result.verdict is Verdict.DIFFERS else 'why'}: {_code(result.seen)}"
    for request in result.requests:
        yield f"- {_code(request)}"


def _table(results: Iterable[Result]) -> Iterable[str]:
    yield "| claim | rests on | expected | seen | |"
    yield "|---|---|---|---|---|"
    for result in results:
        case = result.case
        cells = (
            f"`{case.name}`: {case.claim}",
            case.source or case.kind.value,
            _code(case.expected),
            _code(result.seen),
            result.verdict.value,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(text: str) -> str:
    """Verbatim, whatever stands in it."""
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{' '.join(text.split())}{ticks}"


def _as_json(result: Result) -> dict[str, Any]:
    return {
        **result.case.described(),
        "verdict": result.verdict.value,
        "seen": result.seen,
        "requests": list(result.requests),
    }
