"""What the pages say when something cannot be: Dutch and English."""

from __future__ import annotations

from typing import Final

STOP_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "stop_login": (
        "Kies wie je bent en als wat je je aanmeldt.",
        "Choose who you are, and as what you sign in.",
    ),
    "stop_organisation": ("Kies een van jouw organisaties.", "Choose one of your organisations."),
    "stop_terms": (
        "Zonder akkoord met de voorwaarden kan je niet verder.",
        "You cannot go on without agreeing to the terms.",
    ),
    "stop_sign_in": ("Deze aanmelding is al voorbij.", "This sign-in is over already."),
    "stop_not_signed_in": ("Je bent niet aangemeld.", "You are not signed in."),
    "stop_ticket": (
        "Wat je bevestigt, is niet wat er wacht op bevestiging. Kijk je aanvraag opnieuw na.",
        "What you confirm is not what waits for confirmation. Look your request over again.",
    ),
    "stop_unsure": (
        "Vink aan dat je het zeker weet.",
        "Tick that you are sure.",
    ),
    "wrong_flow_b2c": (
        "Verkeerde aanmelding: deze link is voor organisaties, niet voor particulieren.",
        "Wrong sign-in: this link is for organisations, not for private persons.",
    ),
    "wrong_flow_b2b": (
        "Verkeerde aanmelding: deze link is voor particulieren, niet voor organisaties.",
        "Wrong sign-in: this link is for private persons, not for organisations.",
    ),
    "nobody_private": (
        "Deze gebruiker kan zich niet als particulier aanmelden.",
        "This user cannot sign in as a private person.",
    ),
    "nobody_organisation": (
        "Deze gebruiker vertegenwoordigt geen organisatie.",
        "This user represents no organisation.",
    ),
    "no_granularity": ("Kies welke gegevens je deelt.", "Choose which data you share."),
    "no_begin": ("Kies een eerste dag.", "Choose a first day."),
    "bad_date": ("Dit is geen datum.", "This is no date."),
    "refusal_unknown_link": (
        "Deze link is niet bekend. Misschien is hij niet volledig. Vraag de dienstverlener een "
        "nieuwe.",
        "This link is not known. Perhaps it is not complete. Ask the service provider for a new "
        "one.",
    ),
    "refusal_expired_link": (
        "Deze link is verlopen: een link geldt 24 uur. Vraag de dienstverlener een nieuwe.",
        "This link has expired: a link is valid for 24 hours. Ask the service provider for a new "
        "one.",
    ),
    "refusal_wrong_flow": (
        "Verkeerde aanmelding: deze link is niet voor zo'n klant.",
        "Wrong sign-in: this link is not for this kind of customer.",
    ),
    "refusal_other_customer": (
        "Dit referentienummer hoort bij een andere klant.",
        "This reference number belongs to another customer.",
    ),
    "refusal_already_confirmed": (
        "Deze aanvraag was al bevestigd. Ze is één keer geregistreerd.",
        "This request was confirmed already. It is registered once.",
    ),
    "refusal_nothing_chosen": (
        "Kies minstens één aansluiting.",
        "Choose at least one connection.",
    ),
    "refusal_too_many_eans": (
        "Je koos meer aansluitingen dan de aanvraag toelaat.",
        "You chose more connections than the request allows.",
    ),
    "refusal_unknown_ean": (
        "Eén van de aansluitingen is hier niet bekend.",
        "One of the connections is not known here.",
    ),
    "refusal_service_not_asked": (
        "Daar vraagt deze link niet om.",
        "This link does not ask for that.",
    ),
    "refusal_wrong_period": (
        "Deze periode kan niet: ze begint in de voorbije drie jaar, niet in de toekomst, en "
        "eindigt na haar begin, in de tijd van de netgebruiker.",
        "This period cannot be: it begins in the past three years, not in the future, and ends "
        "after its beginning, within the grid user's time.",
    ),
    "refusal_not_yours": (
        "Deze toegang is hier niet bekend.",
        "This mandate is not known here.",
    ),
    "refusal_unknown_request": (
        "Deze vraag om toestemming is hier niet bekend.",
        "This request for consent is not known here.",
    ),
    "refusal_already_answered": (
        "Dit is al beantwoord, ingetrokken of voorbij.",
        "This was answered, withdrawn, or is over.",
    ),
}
