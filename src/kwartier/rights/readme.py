"""The text that explains the files of a disclosure to whoever opens them with a program."""

from __future__ import annotations

from typing import Final

from kwartier.export.published.descriptions import COLUMNS

_ABOUT: Final = """\
All that is held of one customer, written by kwartier (format kwartier-disclosure, version 1).

index.html       the same for people: open it in any browser
disclosure.json  who, what for, mandates, history, what is held, what was erased, who was told
manifest.json    every file with its size in bytes and its SHA-256

Each table is there twice: NAME.parquet, and NAME.jsonl, which is text: one JSON object a line,
with the same members. Instants are UTC, written as ISO 8601 (2026-01-31T12:15:00Z); a stretch of
time has its start and does not have its end. EANs are text. A missing value is null, never zero.
Words of the provider are told verbatim (READ: measured, EST: estimated).

disclosure.json
  made_at, as_of     when this was written; the provider's time of the latest data in it
  period             what --from and --to chose of the values; null is open
  customer           what is noted of the customer
  references         the numbers under which mandates were asked for
  data_owners        the customer as its heat supplier knows it: since when it shares, and the
                     delivery address as the supplier last told it, null if none is held
  consents           what the customer agreed to: purpose, version of the words, channel, when, and
                     when it was withdrawn, null while it stands
  wordings           those words
  mandates           as the provider last stated them; status, period, expiry, when first seen
  history            each change of each mandate, in order: fields with what was before and after
  metering_points    "periods": the time that is the customer's, by granularity; "held": from, to,
                     how many values, how many of them missing, by state, and how many revisions
  decisions          what was decided about data of mandates that ended
  erased             receipts of what was erased, without values; counts are null where the receipt
                     is also about somebody else's time; without a granularity, what was noted of
                     the customer ("customer"), or a delivery address ("address")
  passed_on          receivers of changes (without their addresses), datasets that hold the data
  invitations        links that the customer was sent, without their secret part: on which terms,
                     and what happened there, by "visits"
  looked_at          every look at the customer's data on our pages, and what was decided there: by
                     whom, and when
"""
_ROWS: Final = {
    "measurements": "one value of one register over one slice of time, as last fetched",
    "revisions": "a value that a later fetch changed or took away: as measurements, and",
    "totals": "what one register counted in a local day, month or year",
    "peaks": "the highest quarter-hour of a metering point's offtake in a local month",
    "requests": "a question to the provider: for time of the customer's, or that brought values",
}
_OWN: Final = {
    "revisions": {
        "superseded_at": "the provider's time of the fetch that changed it or took it away",
        "change": "revised or removed",
    },
    "requests": {
        "metering_point": "the EAN; of Eneco the data owner's UUID",
        "energy_type": "electricity or gas",
        "reason": "backfill, delta, gap, provisional, estimated or forced",
        "kind": "readTime: the window is about when values were measured; insertTime: when stored",
        "window_start": "from when was asked; of readTime, as far as it is the customer's",
        "window_end": "until when",
        "granularities": "PT15M, PT1H or P1D",
        "planned_at": "when it was planned",
        "fetched_at": "when the provider answered",
        "outcome": "ok, not_found, forbidden or failed",
        "values": "how many of the values told here it brought",
    },
    "totals": {"period": "the local day, month or year: 2026-01-31, 2026-01 or 2026"},
}


def readme() -> str:
    """The text of ``README.txt``."""
    parts = [_ABOUT]
    for name, says in _ROWS.items():
        columns = {} if name == "revisions" else COLUMNS.get(name, {})
        parts.append(f"\n{name}: {says}\n")
        told = {**columns, **_OWN.get(name, {})}
        parts += [f"  {column:24}{meaning}\n" for column, meaning in told.items()]
    return "".join(parts)
