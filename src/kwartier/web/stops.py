"""What ends a visit early: a page that says why, and nothing changed."""

from __future__ import annotations


class Stop(Exception):  # noqa: N818 - an answer, not an error of ours
    """Answer with ``status`` and the text ``why`` (a key of the site's texts), filled with
    ``values``.

    ``back`` is where its link leads: nowhere when empty, and when None to the page before, if
    there was any.
    """

    def __init__(self, status: int, why: str, back: str | None = None, **values: object) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.back = back
        self.values = values
