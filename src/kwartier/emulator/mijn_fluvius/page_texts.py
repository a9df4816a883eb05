"""What the pages say when all goes well: Dutch and English."""

from __future__ import annotations

from typing import Final

PAGE_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # Every page
    "emulated": (
        "Dit is een emulator, niet de echte website van Fluvius. Alle namen, meters en "
        "verbruiken zijn verzonnen. Vul hier nooit echte gegevens in.",
        "This is an emulator, not the real website of Fluvius. All names, meters and "
        "consumption are made up. Never enter real data here.",
    ),
    "own_link": ("Mijn toegangen", "My mandates"),
    "inbox_link": ("Postbus", "Inbox"),
    "csam_link": ("CSAM", "CSAM"),
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
    "about_noor": (
        "een huis met zonnepanelen, en gas",
        "a house with solar panels, and gas",
    ),
    "about_bram": (
        "een elektrische auto; deelt een huis waarvan Noor netgebruiker is",
        "an electric car; shares a house of which Noor is the grid user",
    ),
    "about_lies": (
        "een warmtepomp; heeft de voorwaarden nog niet gezien",
        "a heat pump; has not seen the terms yet",
    ),
    "about_jef": ("een kleine flat; krijgt brieven", "a small flat; gets letters"),
    "about_sara": (
        "zorgt voor de flat van Jef, die moet toestemmen",
        "looks after the flat of Jef, who must consent",
    ),
    "about_hilde": ("vertegenwoordigt twee organisaties", "represents two organisations"),
    "about_wout": (
        "heeft zelf geen meters, en vertegenwoordigt een drukkerij",
        "has no meters, and represents a printing house",
    ),
    "about_ines": (
        "vertegenwoordigt een drukkerij, en heeft de voorwaarden nog niet gezien",
        "represents a printing house, and has not seen the terms yet",
    ),
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
        "Je gebruikt Mijn Fluvius voor het eerst. In deze emulator is er maar één voorwaarde: "
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
    "points_taken": (
        "Die van eerdere aanvragen tellen mee: {eans}.",
        "Those of earlier requests count: {eans}.",
    ),
    "points_none": (
        "Je hebt geen aansluitingen, en dus niets om te delen.",
        "You have no connections, and so nothing to share.",
    ),
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
    "renewal_waits": (
        "De hernieuwing wacht op de netgebruiker, ten laatste tot {day}.",
        "The renewal waits for the grid user, until {day} at the latest.",
    ),
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
    "csam_who": ("Wie is daar aangemeld?", "Who is signed in there?"),
    "told_set": ("Dat is nu zo ingesteld.", "It is set."),
    "csam_nobody": ("Niemand", "Nobody"),
    "csam_set": ("Zo instellen", "Set"),
}
