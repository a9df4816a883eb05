"""The tables of docs/funnel.md, as the code has it. ``python -m support.funnel_page`` in the folder
``tests`` writes them into the page anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from kwartier.funnel.causes import WORDINGS, Who
from kwartier.funnel.stages import MEANING, PATIENCE, Stage

PAGE: Final = Path(__file__).parents[2] / "docs" / "funnel.md"
_WHO: Final = {
    Who.CUSTOMER: "the customer",
    Who.GRID_USER: "the grid user",
    Who.FLUVIUS: "Fluvius",
    Who.PROVIDER: "the provider of data",
    Who.US: "you",
    Who.NOBODY: "nobody",
}


def stage_table() -> str:
    """Each stage, what it says, and when it counts as stuck."""
    lines = ["| stage | what it says | stuck after |", "| --- | --- | --- |"]
    for stage in Stage:
        patience = PATIENCE.get(stage)
        days = "" if patience is None else f"{patience.days} days"
        lines.append(f"| `{stage}` | {MEANING[stage]} | {days} |")
    return "\n".join(lines)


def cause_table() -> str:
    """Each cause, what to do, and who."""
    lines = ["| cause | when | next step | who |", "| --- | --- | --- | --- |"]
    for cause, wording in WORDINGS.items():
        lines.append(
            f"| `{cause}` | {wording.about} | {_open(wording.next_step)} | {_WHO[wording.who]} |"
        )
    return "\n".join(lines)


def _open(text: str) -> str:
    """Names in braces as capitals, which stand for what is filled in."""
    return re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), text)


def with_tables(text: str) -> str:
    """The page with the tables in their places."""
    for name, table in (("stages", stage_table()), ("causes", cause_table())):
        begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        head, rest = text.split(begin)
        _, tail = rest.split(end)
        text = f"{head}{begin}{table}{end}{tail}"
    return text


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
