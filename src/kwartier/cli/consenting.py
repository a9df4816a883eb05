"""Noting what a customer agrees to when it is added or sent to Fluvius."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.output import day
from kwartier.errors import InputError
from kwartier.registry.consents import Consent, all_withdrawn, consents_by_reference, given
from kwartier.store.port import Store


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ConsentOptions:
    """What the customer agrees to with the provider itself, beside the mandate at Fluvius."""

    purpose: Annotated[
        str | None,
        Parameter(
            env_var="KWARTIER_PURPOSE",
            show_env_var=True,
            help="what the data is for, as the customer agreed",
        ),
    ] = None
    wording: Annotated[
        str | None,
        Parameter(
            env_var="KWARTIER_WORDING",
            show_env_var=True,
            help="the version of the words that it agreed to (`kwartier consents wording`)",
        ),
    ] = None
    channel: Annotated[
        str, Parameter(env_var="KWARTIER_CHANNEL", help="how: web, telephone, paper, ...")
    ] = "web"


CONSENT = ConsentOptions()


def check_consent(store: Store, options: ConsentOptions) -> bool:
    """Whether there is anything to note; InputError if it cannot be: a purpose without words, or
    words that nobody keeps.
    """
    if options.purpose is None and options.wording is None:
        return False
    if options.purpose is None or options.wording is None:
        words = ("--purpose", "--wording")
        missing, given = words if options.purpose is None else reversed(words)
        raise InputError(missing, f"must stand beside {given}", "what for, and in which words")
    if all(one.version != options.wording for one in store.wordings()):
        rule = f"there is no wording {options.wording!r}"
        raise InputError("--wording", rule, "`kwartier consents wording VERSION FILE` keeps it")
    return True


def note_consents(
    store: Store,
    references: Iterable[str],
    options: ConsentOptions,
    *,
    now: datetime,
    gives_again: bool,
) -> None:
    """Keep that the customers behind ``references`` agreed, if there is anything to note; of those
    who withdrew this purpose only where they now give it again.
    """
    if not check_consent(store, options):
        return
    withdrew = set()
    if not gives_again:
        for reference, known in consents_by_reference(store.consents()).items():
            if all_withdrawn([one for one in known if one.purpose == options.purpose]):
                withdrew.add(reference)
    store.note_consents(
        given(
            [reference for reference in references if reference not in withdrew],
            purpose=options.purpose or "",
            wording=options.wording or "",
            channel=options.channel,
            at=now,
        )
    )


def consent_texts(consents: Iterable[Consent]) -> Mapping[str, str]:
    """What was agreed to under each reference number, in a few words."""
    return {
        reference: ", ".join(map(_text, known))
        for reference, known in consents_by_reference(consents).items()
    }


def _text(consent: Consent) -> str:
    withdrawn = "" if consent.stands else f", withdrawn {day(consent.withdrawn_at)}"
    return f"{consent.purpose} ({consent.wording}{withdrawn})"


def told(references: Sequence[str], texts: Mapping[str, str]) -> str:
    """What was agreed to under some reference numbers, in a few words."""
    return ", ".join(texts[reference] for reference in references if reference in texts)
