"""Every sentence of the pages, in Dutch and in English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kwartier.vocabulary.local_time import BRUSSELS

_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True, slots=True)
class Language:
    """One of the two, by its code ``nl`` or ``en``."""

    code: str

    @property
    def other(self) -> str:
        """The code of the other one."""
        return "en" if self.code == "nl" else "nl"

    def text(self, key: str, **values: object) -> str:
        """The text of a key, filled with ``values``; whoever shows it escapes it."""
        dutch, english = TEXTS[key]
        return (dutch if self.code == "nl" else english).format(**values)

    def day(self, moment: date | datetime) -> str:
        """A date in words; of an instant, the date that it has in Brussels."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(BRUSSELS).date()
        return f"{moment.day} {_MONTHS[self.code].split()[moment.month - 1]} {moment.year}"


LANGUAGES: Final = {code: Language(code) for code in ("nl", "en")}

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # Every page
    "emulated": (
        "Dit is een emulator, niet de echte website van Fluvius. Alle namen, meters en "
        "verbruiken zijn verzonnen. Vul hier nooit echte gegevens in.",
        "This is an emulator, not the real website of Fluvius. All names, meters and "
        "consumption are made up. Never enter real data here.",
    ),
    "emulator": ("EMULATOR", "EMULATOR"),
    "skip": ("Naar de inhoud", "Skip to the content"),
    "pages": ("Pagina's", "Pages"),
    "own_link": ("Mijn toegangen", "My mandates"),
    "inbox_link": ("Postbus", "Inbox"),
    "csam_link": ("CSAM", "CSAM"),
    "other_language": ("English", "Nederlands"),
    "signed_in": ("Aangemeld: {name}", "Signed in: {name}"),
    "sign_out": ("Afmelden", "Sign out"),
    "clock": ("Klok van de emulator: {day}, {time}", "The emulator's clock: {day}, {time}"),
    "cancel": ("Terug", "Back"),
    "until": ("tot en met {end}", "up to and including {end}"),
    "period": ("van {start} tot en met {end}", "from {start} up to and including {end}"),
    "period_open": ("vanaf {start}, zonder einddatum", "from {start} on, no end date"),
    "no_period": ("geen periode", "no period"),
    "live": ("live", "live"),
    "sandbox": ("testomgeving", "sandbox"),
    "environment": ("Omgeving", "Environment"),
    "E": ("Elektriciteit", "Electricity"),
    "G": ("Gas", "Gas"),
    "VH_dag": ("Verbruik per dag", "Consumption per day"),
    "VH_kwartier_uur": (
        "Verbruik per kwartier (gas: per uur)",
        "Consumption per quarter-hour (gas: per hour)",
    ),
    "VH_onbepaald": ("Verbruik, alle detail", "Consumption, all detail"),
    "IG": ("Gegevens van de installatie", "Data of the installation"),
    "ean": ("EAN-code", "EAN"),
    "reference": ("Referentienummer", "Reference number"),
    # Signing in
    "login_title": ("Meld je aan", "Sign in"),
    "login_intro": (
        "Op de echte website gebeurt dit met itsme of eID, via CSAM. Kies hier wie je bent.",
        "On the real website this is done with itsme or eID, through CSAM. Choose who you are.",
    ),
    "login_who": ("Wie ben je?", "Who are you?"),
    "login_as": ("Aanmelden als", "Sign in as"),
    "as_private": ("Particulier", "Private person"),
    "as_organisation": ("Organisatie", "Organisation"),
    "new_user": ("nieuwe gebruiker", "new user"),
    "sign_in": ("Aanmelden", "Sign in"),
    "organisation_title": ("Kies een organisatie", "Choose an organisation"),
    "organisation_label": ("Organisatie waarvoor je handelt", "Organisation for which you act"),
    "go_on": ("Verder", "Continue"),
    "terms_title": ("Gebruiksvoorwaarden", "Terms of use"),
    "terms_text": (
        "Je gebruikt Mijn Fluvius voor het eerst. In deze emulator is er maar een voorwaarde: "
        "je weet dat niets hier echt is.",
        "You use Mijn Fluvius for the first time. In this emulator there is but one condition: "
        "you know that nothing here is real.",
    ),
    "terms_accept": ("Ik ga akkoord", "I agree"),
    # The journey
    "start_title": ("Verbruik delen", "Share your consumption"),
    "start_intro": (
        "Een energiedienstverlener vraagt om verbruiksgegevens van jouw aansluitingen. Jij "
        "kiest welke. Een toegang geldt drie jaar; je kan ze altijd verwijderen.",
        "An energy service provider asks for consumption data of your connections. You choose "
        "which. A mandate is valid for three years; you can delete it at any time.",
    ),
    "provider": ("Energiedienstverlener", "Energy service provider"),
    "provider_name": ("Geëmuleerde dienstverlener", "Emulated service provider"),
    "contract": ("Datatoegangscontract", "Data access contract"),
    "points": ("Voor welke aansluitingen?", "For which connections?"),
    "points_limit": ("Kies er hoogstens {most}.", "Choose {most} at most."),
    "points_none": ("Je hebt geen aansluitingen.", "You have no connections."),
    "of_other": (
        "iemand anders is netgebruiker en moet toestemmen",
        "somebody else is the grid user and must consent",
    ),
    "detail": ("Welke gegevens?", "Which data?"),
    "detail_fixed": ("Dit ligt vast in de aanvraag.", "The request fixes this."),
    "first_day": ("Eerste dag", "First day"),
    "last_day": ("Laatste dag (leeg: zonder einde)", "Last day (empty: no end)"),
    "to_review": ("Nakijken", "Look it over"),
    "back_to_provider": ("Terug naar dienstverlener", "Back to the service provider"),
    "to_done": ("Wat je al aanvroeg", "What you asked so far"),
    "review_title": ("Kijk je aanvraag na", "Look your request over"),
    "review_own": ("jij bent netgebruiker", "you are the grid user"),
    "review_others": (
        "Voor aansluitingen van iemand anders vraagt Fluvius de netgebruiker om toestemming, per "
        "e-mail of brief. Zonder antwoord binnen een maand wordt de aanvraag geweigerd.",
        "For connections of somebody else Fluvius asks the grid user for consent, by e-mail or "
        "letter. Without an answer within a month the request is rejected.",
    ),
    "confirm": ("Bevestigen", "Confirm"),
    "change": ("Aanpassen", "Change"),
    "done_title": ("Je aanvraag is geregistreerd", "Your request is registered"),
    "done_waiting": (
        "Een netgebruiker moet nog toestemmen.",
        "A grid user has yet to consent.",
    ),
    "another": ("Nog een aanvraag doen", "Make another request"),
    "status": ("Toestand", "Status"),
    "Requested": ("Aangevraagd", "Requested"),
    "Approved": ("Goedgekeurd", "Approved"),
    "Rejected": ("Geweigerd", "Rejected"),
    "Finished": ("Beëindigd", "Finished"),
    # The own page
    "own_title": ("Mijn toegangen", "My mandates"),
    "own_none": ("Je deelt geen verbruik.", "You share no consumption."),
    "expires": ("Geldig tot {day}", "Valid until {day}"),
    "ToBeRenewed": ("Te hernieuwen", "To be renewed"),
    "RenewalRequested": ("Hernieuwing aangevraagd", "Renewal requested"),
    "Expired": ("Verlopen", "Expired"),
    "asked_by_other": ("Iemand anders vroeg dit aan.", "Somebody else asked for this."),
    "delete": ("Verwijderen", "Delete"),
    "delete_sure": ("Ja, verwijder deze toegang", "Yes, delete this mandate"),
    "renew": ("Hernieuwen", "Renew"),
    "told_deleted": ("De toegang is verwijderd.", "The mandate is deleted."),
    "told_renewed": (
        "De hernieuwing is gevraagd. Is iemand anders netgebruiker, dan moet die toestemmen.",
        "The renewal is asked. Where somebody else is the grid user, they must consent.",
    ),
    # The inbox
    "inbox_title": ("Postbus van de netgebruikers", "Inbox of the grid users"),
    "inbox_intro": (
        "Wat Fluvius aan netgebruikers zou mailen of met de post sturen, komt hier terecht.",
        "What Fluvius would send to grid users by e-mail or post arrives here.",
    ),
    "inbox_none": ("Er is geen post.", "There is no mail."),
    "e-mail": ("E-mail", "E-mail"),
    "letter": ("Brief", "Letter"),
    "mail_to": ("Aan {name}", "To {name}"),
    "mail_text": (
        "{asker} wil verbruik van jouw aansluitingen delen met een energiedienstverlener, onder "
        "het referentienummer {reference}. Antwoord ten laatste op {day}.",
        "{asker} wants to share consumption of your connections with an energy service provider, "
        "under the reference number {reference}. Answer by {day}.",
    ),
    "approve": ("Goedkeuren", "Approve"),
    "refuse": ("Weigeren", "Refuse"),
    "answer_approved": ("Goedgekeurd", "Approved"),
    "answer_refused": ("Geweigerd", "Refused"),
    "answer_lapsed": ("Niet op tijd beantwoord", "Not answered in time"),
    "answer_withdrawn": ("Niet meer nodig", "No longer needed"),
    "told_approve": ("Je hebt toegestemd.", "You consented."),
    "told_refuse": ("Je hebt geweigerd.", "You refused."),
    # CSAM
    "csam_title": ("CSAM: wie heeft een sessie?", "CSAM: who has a session?"),
    "csam_intro": (
        "Een dienstverlener die zijn klant bij CSAM aanmeldt, kan om single sign-on vragen. Kies "
        "hier wie daar aangemeld is, en volg dan de link van de dienstverlener.",
        "A provider whose customer signed in at CSAM can ask for single sign-on. Choose here who "
        "is signed in there, then follow the provider's link.",
    ),
    "csam_nobody": ("Niemand", "Nobody"),
    "csam_set": ("Zo instellen", "Set"),
    # What stops a visit
    "stopped": ("Dit kan niet", "This cannot be done"),
    "unchanged": ("Er is niets veranderd.", "Nothing was changed."),
    "stop_form": ("Dit formulier is niet te lezen.", "This form cannot be read."),
    "stop_field": (
        "Het formulier is te lang, of een veld telt meer dan {longest} tekens.",
        "The form is too long, or a field has more than {longest} characters.",
    ),
    "stop_origin": (
        "Dit formulier kwam van een andere website.",
        "This form came from another website.",
    ),
    "stop_form_token": (
        "Dit formulier is niet van deze sessie, of de sessie is voorbij. Open de pagina opnieuw.",
        "This form is not of this session, or the session is over. Open the page anew.",
    ),
    "stop_failed": (
        "De emulator kon dit niet bewaren. Zijn uitvoer zegt waarom.",
        "The emulator could not keep this. Its output says why.",
    ),
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
        "Deze aanvraag was al bevestigd. Ze is een keer geregistreerd.",
        "This request was confirmed already. It is registered once.",
    ),
    "refusal_nothing_chosen": (
        "Kies minstens een aansluiting.",
        "Choose at least one connection.",
    ),
    "refusal_too_many_eans": (
        "Je koos meer aansluitingen dan de aanvraag toelaat.",
        "You chose more connections than the request allows.",
    ),
    "refusal_unknown_ean": (
        "Een van de aansluitingen is hier niet bekend.",
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
