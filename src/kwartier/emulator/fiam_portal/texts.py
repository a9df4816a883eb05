"""Every sentence of the consent pages: Dutch and English."""

from __future__ import annotations

from typing import Final

from kwartier.emulator.site.texts import SITE_TEXTS, Texts, languages

_PAGE_TEXTS: Final[Texts] = {
    "emulated": (
        "Dit is een emulator, niet de echte website van Eneco of KPN. Alle namen, adressen en "
        "verbruiken zijn verzonnen. Vul hier nooit echte gegevens in.",
        "This is an emulator, not the real website of Eneco or KPN. All names, addresses and "
        "consumption are made up. Never enter real data here.",
    ),
    "signed_in": ("Ingelogd: {name}", "Signed in: {name}"),
    "sign_out": ("Uitloggen", "Sign out"),
    "mine_link": ("Mijn toestemmingen", "My consents"),
    "period": ("van {start} tot en met {end}", "from {start} up to and including {end}"),
    # Signing in
    "sign_in_title": ("Log in bij Eneco", "Sign in with Eneco"),
    "sign_in_asked": (
        "{name} vraagt om uw verbruik. Log eerst in.",
        "{name} asks for your consumption. Sign in first.",
    ),
    "sign_in_intro": ("Kies hier wie u bent.", "Choose who you are."),
    "sign_in_who": ("Wie bent u?", "Who are you?"),
    "sign_in": ("Inloggen", "Sign in"),
    "Warmth": ("warmte", "heat"),
    "Tapwater": ("warm tapwater", "hot water"),
    "Cooling": ("koeling", "cooling"),
    "Gas": ("gas", "gas"),
    "Electricity": ("stroom", "electricity"),
    "Redelivery": ("teruglevering", "injection"),
    "Produced": ("opwek", "production"),
    # Agreeing
    "ask_title": ("Uw verbruik delen", "Share your consumption"),
    "who_asks": ("Wie vraagt het", "Who asks"),
    "party": ("Kenmerk in FIAM", "Identifier in FIAM"),
    "what_is_asked": ("Wat wordt gevraagd", "What is asked for"),
    "what": (
        "Uw verbruik per uur ({channels}) en uw leveringsadres, om te lezen bij Eneco.",
        "Your consumption per hour ({channels}) and your delivery address, to be read at Eneco.",
    ),
    "owner_number": ("Uw nummer bij Eneco", "Your number at Eneco"),
    "from_when": ("Welke dagen", "Which days"),
    "first_day": ("Eerste dag die u deelt", "First day that you share"),
    "last_day": (
        "Laatste dag (leeg: drie jaar, de langste toestemming)",
        "Last day (empty: three years, the longest consent)",
    ),
    "stands": (
        "U deelt al met deze partij, {period}. Wat u nu kiest, komt ervoor in de plaats.",
        "You share with this party already, {period}. What you choose now takes its place.",
    ),
    "agree_tick": (
        "Ik ga ermee akkoord dat {name} deze gegevens leest.",
        "I agree that {name} reads these data.",
    ),
    "agree": ("Toestemming geven", "Give consent"),
    "may_withdraw": (
        "U kunt uw toestemming op elk moment intrekken, op deze website.",
        "You can withdraw your consent at any moment, on this website.",
    ),
    "no_thanks": ("Nee, terug naar {host}", "No, back to {host}"),
    "back_to": ("Terug naar {host}", "Back to {host}"),
    # Agreed
    "given_title": ("Uw toestemming staat", "Your consent stands"),
    "given": ("{name} mag uw verbruik lezen:", "{name} may read your consumption:"),
    "given_none": (
        "U deelt nu niets met {name}.",
        "You share nothing with {name} now.",
    ),
    "to_mine": ("Naar al mijn toestemmingen", "To all my consents"),
    # What stands
    "mine_title": ("Mijn toestemmingen", "My consents"),
    "mine_none": ("U deelt uw verbruik met niemand.", "You share your consumption with nobody."),
    "has_access": ("Wie mag uw verbruik lezen", "Who may read your consumption"),
    "may_ask": ("Wie erom kan vragen", "Who may ask for it"),
    "see_request": ("Bekijken wat {name} vraagt", "See what {name} asks for"),
    "contract": ("Contract", "Contract"),
    "resource": ("Gegevens", "Data"),
    "withdraw": ("Intrekken", "Withdraw"),
    "withdraw_sure": (
        "Ja, {name} mag mijn verbruik niet langer lezen",
        "Yes, {name} may read my consumption no longer",
    ),
    "told_withdrawn": ("De toestemming is ingetrokken.", "The consent is withdrawn."),
}

_STOP_TEXTS: Final[Texts] = {
    "stop_consumer": (
        "De partij die in deze link staat, is hier niet bekend.",
        "The party that this link names is not known here.",
    ),
    "stop_return": (
        "Het adres om naar terug te gaan is geen webadres.",
        "The address to return to is no web address.",
    ),
    "stop_login": ("Kies wie u bent.", "Choose who you are."),
    "stop_not_signed_in": ("U bent niet ingelogd.", "You are not signed in."),
    "stop_unsure": (
        "Vink aan dat u het zeker weet.",
        "Tick that you are sure.",
    ),
    "stop_date": ("Dit is geen datum.", "This is no date."),
    "stop_period": (
        "Deze dagen kunnen niet: de eerste is vandaag of eerder, de laatste vandaag of later, "
        "beide binnen drie jaar.",
        "These days cannot be: the first is today or before, the last today or after, both "
        "within three years.",
    ),
    "stop_contract": (
        "Deze toestemming is er niet, of niet meer.",
        "There is no such consent, or no longer.",
    ),
}

TEXTS: Final[Texts] = {**SITE_TEXTS, **_PAGE_TEXTS, **_STOP_TEXTS}
"""By key, the Dutch and the English text."""

LANGUAGES: Final = languages(TEXTS)
