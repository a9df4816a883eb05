"""What a page tells a customer, by what is known: pure, so that every case can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kwartier.connect.asking import Asking
from kwartier.connect.outcome import Outcome, Word
from kwartier.connect.texts import Speech
from kwartier.connect.ways import Way
from kwartier.vocabulary.provider import FLUVIUS

_ENERGIES = ("electricity", "gas", "heat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, as the page shows it before its button."""

    items: Sequence[str]
    notes: Sequence[str]
    steps: Sequence[str]
    button: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page: its ``title``, ``said`` in paragraphs, and a ``list_`` under ``list_title``."""

    title: str
    said: Sequence[str] = ()
    list_title: str = ""
    list_: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells in the language of ``t`` of the provider called ``name`` and of ``place``, where
    customers consent.
    """

    t: Speech
    name: str
    place: str

    def standing(self, outcome: Outcome, asking: Asking, days: int | None) -> Told:
        """How it stands; ``days`` are left to whoever has to agree."""
        word = outcome.word
        told = {
            Word.GRANTED: self._granted,
            Word.DUE: self._due,
            Word.WAITING: self._waiting,
        }.get(word)
        if told is not None:
            return told(outcome, asking, days)
        return self.plain(word)

    def plain(self, key: str, **values: object) -> Told:
        """The page with the text ``key``."""
        said = self.t(key, name=self.name, place=self.place, **values)
        return Told(title=self.t(f"{key}_title"), said=[said])

    def _granted(self, outcome: Outcome, asking: Asking, days: int | None) -> Told:
        said = [*self._waits(outcome, days)]
        if missing := outcome.missing(asking.expected_eans):
            expected = self.t.count("connection", asking.expected_eans or 0)
            said.append(
                self.t(
                    "fewer",
                    name=self.name,
                    expected=expected,
                    missing=missing,
                )
            )
        else:
            said.append(self.t("shared_next"))
        return replace(self._shared(outcome), said=said)

    def _shared(self, outcome: Outcome) -> Told:
        return Told(
            title=self.t("shared_title", name=self.name),
            list_title=self.t("shared_list"),
            list_=[
                self.t(
                    one.energy_type if one.energy_type in _ENERGIES else "other", ending=one.ending
                )
                for one in outcome.shared
            ],
        )

    def _due(self, outcome: Outcome, _asking: Asking, _days: int | None) -> Told:
        if outcome.expires_at is None:
            said = self.t("renew_some_day", name=self.name)
        else:
            key = "renew_after" if outcome.is_expired else "renew_before"
            said = self.t(key, name=self.name, day=self.t.day(outcome.expires_at))
        return replace(self._shared(outcome), title=self.t("renew_title"), said=[said])

    def _waiting(self, outcome: Outcome, _asking: Asking, days: int | None) -> Told:
        return Told(title=self.t("waiting_title"), said=self._waits(outcome, days))

    def _waits(self, outcome: Outcome, days: int | None) -> list[str]:
        if not outcome.waiting:
            return []
        of = self.t.count("connection", outcome.waiting)
        said = [self.t("waiting", connections=of)]
        if days is not None:
            said.append(self.t("waiting_days", days=self.t.count("day", days)))
        return said

    def invitation(self) -> Told:
        """What a customer sees first."""
        return Told(title=self.t("ask_title", name=self.name))

    def how_at_eneco(self, party: str) -> Told:
        """What to do where no address of Eneco's page is known."""
        return Told(
            title=self.t("how_title"),
            said=[self.t("eneco_no_link")],
            list_title=self.t("how"),
            list_=[self.t("eneco_1"), self.t("eneco_2", party=party)],
        )

    def asked(self, way: Way, asking: Asking, word: Word, *, has_purpose: bool) -> Asked:
        """What the way's provider of data will be asked for, and the button for it."""
        if way.provider == FLUVIUS:
            return self._asked_of_fluvius(asking, word)
        return self._asked_of_eneco(way, has_purpose=has_purpose)

    def _asked_of_fluvius(self, asking: Asking, word: Word) -> Asked:
        of = [self._period(asking)]
        if asking.max_eans is not None:
            of.append(self.t("most", connections=self.t.count("connection", asking.max_eans)))
        notes = [self._sentence(", ".join(of))]
        if asking.expected_eans is not None:
            connections = self.t.count("connection", asking.expected_eans)
            notes.append(self.t("expected", name=self.name, connections=connections))
        button = {
            Word.GRANTED: "go_more",
            Word.DUE: "go_renew",
            Word.WAITING: "go_more",
            Word.REFUSED: "go_again",
            Word.ENDED: "go_again",
            Word.NOTHING: "go_fluvius",
        }[word]
        return Asked(
            items=[self.t(service) for service in asking.services],
            notes=notes,
            steps=[self.t(f"fluvius_{number}") for number in (1, 2, 3)],
            button=self.t(button),
        )

    def _asked_of_eneco(self, way: Way, *, has_purpose: bool) -> Asked:
        """Without an address there is a button only where there is something to agree to."""
        button = "go_eneco" if way.url else "go_eneco_agree" if has_purpose else None
        return Asked(
            items=[self.t("eneco_data")],
            notes=[] if way.url else [self.t("eneco_no_link")],
            steps=[self.t("eneco_1"), self.t("eneco_2", party=way.party)],
            button=None if button is None else self.t(button),
        )

    def holds(self, provider: str) -> str:
        """How long a permission holds, and how it is ended."""
        return self.t("holds_fluvius" if provider == FLUVIUS else "holds_eneco")

    def _period(self, asking: Asking) -> str:
        start, end = asking.start, asking.end
        if start is not None and end is not None:
            return self.t("period_between", start=self.t.day(start), last=self.t.last_day(end))
        if start is not None:
            return self.t("period_from", start=self.t.day(start))
        if end is not None:
            return self.t("period_until", last=self.t.last_day(end))
        return self.t("period_chosen")

    @staticmethod
    def _sentence(words: str) -> str:
        return words[:1].upper() + words[1:] + "."
