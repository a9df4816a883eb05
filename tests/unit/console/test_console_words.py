"""The words of pages: commands as what can be typed, counts, slices, providers and services."""

from __future__ import annotations

import pytest

from kwartier.console.rendering import counted, service, typed
from kwartier.vocabulary.granularity import slice_words
from kwartier.vocabulary.provider import provider_title


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wait.", "Wait."),
        ("Run `this` or `that`.", "Run <code>this</code> or <code>that</code>."),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
        ("a lone ` stays", "a lone ` stays"),
        ("`kwartier invite {0}`", "<code>kwartier invite {0}</code>"),
    ],
)
def test_what_can_be_typed_is_code_and_all_else_is_text(text: str, shown: str) -> None:
    assert str(typed(text)) == shown


def test_one_is_not_many() -> None:
    points = [counted(number, "metering point") for number in (0, 1, 1200)]
    assert points == [
        "0 metering points",
        "1 metering point",
        "1\N{NARROW NO-BREAK SPACE}200 metering points",
    ]
    assert [slice_words("PT15M", 1), slice_words("PT1H"), slice_words("P1D")] == [
        "quarter-hour",
        "hours",
        "day values",
    ]


def test_what_is_not_known_keeps_its_own_word() -> None:
    assert (provider_title("eneco"), provider_title("other")) == ("Eneco", "other")
    assert (service("VH_dag"), service("VH_maand")) == ("Day values", "VH_maand")
    assert slice_words("PT5M") == "PT5M"
