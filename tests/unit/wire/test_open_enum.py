from __future__ import annotations

import msgspec
import pytest

from kwartier.wire.fluvius_v3 import DataServiceType, MandateStatus, PeriodType


@pytest.mark.parametrize("text", ["VH_dag", "vh_DAG", "VH_DAG"])
def test_casing_does_not_matter(text: str) -> None:
    assert DataServiceType(text) is DataServiceType.VH_DAG


def test_an_unknown_word_is_kept_as_it_came() -> None:
    word = MandateStatus("OnHold")
    assert isinstance(word, MandateStatus)
    assert (word, word.value, word.is_known) == ("OnHold", "OnHold", False)
    assert word not in list(MandateStatus)
    assert MandateStatus.APPROVED.is_known


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode("7", type=MandateStatus)


def test_it_goes_over_the_wire_both_ways() -> None:
    for text, word in (("readtime", PeriodType.READ_TIME), ("later", PeriodType("later"))):
        decoded = msgspec.json.decode(f'"{text}"', type=PeriodType)
        assert decoded == word
        assert msgspec.json.decode(msgspec.json.encode(decoded)) == word.value
