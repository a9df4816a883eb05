"""Forms as they come in: bounded, from our own pages only, each field once unless it may repeat."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kwartier.web.origin import is_from_another_site
from kwartier.web.stops import Stop

MOST_BYTES: Final = 64 * 1024
MOST_FIELDS: Final = 1_100
LONGEST: Final = 100
FORM_TOKEN: Final = "form_token"  # noqa: S105 - a field's name
_FORM = "application/x-www-form-urlencoded"


class Form:
    """The fields of one form; none of them longer than it may be."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    @classmethod
    def parse(cls, content: bytes, *, longest: int = LONGEST) -> Form:
        """Read an urlencoded body; :class:`Stop` when it is none, or too long."""
        try:
            fields = parse_qsl(
                content.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        except ValueError as error:  # not ASCII, not UTF-8 once decoded, or too many fields
            raise Stop(400, "stop_form") from error
        if any(len(value) > longest or "\x00" in value for _, value in fields):
            raise Stop(400, "stop_field", longest=longest)
        return cls(fields)

    def text(self, name: str) -> str:
        """The field's value, without blanks around it; empty when absent."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """The field's value as it was typed; empty when absent."""
        found = self.all(name)
        if len(found) > 1:
            raise Stop(400, "stop_form")
        return found[0] if found else ""

    def all(self, name: str) -> list[str]:
        """All values of a field that may repeat."""
        return [value for key, value in self._fields if key == name]


async def read_form(request: Request, *, longest: int = LONGEST) -> Form:
    """The form of a POST, bounded: its fields have ``longest`` characters at most. Who goes away
    before all of it came is stopped as well, though nobody hears it.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise Stop(415, "stop_form")
    content = b""
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MOST_BYTES:
                raise Stop(413, "stop_field", longest=longest)
    except ClientDisconnect as error:
        raise Stop(400, "stop_form") from error
    return Form.parse(content, longest=longest)


def check_origin(request: Request, own: str | None = None) -> None:
    """Refuse what another site sends; ``own`` as :func:`is_from_another_site` takes it."""
    if is_from_another_site(request, own):
        raise Stop(403, "stop_origin")


def check_form_token(form: Form, expected: str) -> None:
    """Refuse a form that our own page did not give this browser."""
    if not hmac.compare_digest(form.text(FORM_TOKEN).encode(), expected.encode()):
        raise Stop(403, "stop_form_token")
