"""Dutch."""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    "januari februari maart april mei juni juli augustus september oktober november december"
)
DAY: Final = "{day} {month} {year}"
TEXTS: Final[dict[str, str]] = {
    "language": "Nederlands",
    "languages": "Taal",
    "skip": "Naar de inhoud",
    "connection_one": "1 aansluiting",
    "connection_many": "{n} aansluitingen",
    "day_one": "1 dag",
    "day_many": "{n} dagen",
    # De uitnodiging
    "ask_title": "Deel uw energieverbruik met {name}",
    "ask_for": "Voor {label}",
    "what": "Wat {name} vraagt",
    "VH_dag": "wat u per dag van het net afneemt en erop injecteert",
    "VH_kwartier_uur": "wat u van het net afneemt en erop injecteert, per kwartier (gas: per uur)",
    "VH_onbepaald": "wat u van het net afneemt en erop injecteert, per dag of per kwartier: u "
    "kiest",
    "IG": "welke installaties u hebt, zoals zonnepanelen",
    "eneco_data": "uw verbruik per uur en het adres waar het geleverd wordt",
    "period_chosen": "over de tijd die u zelf kiest",
    "period_from": "vanaf {start}",
    "period_between": "van {start} tot en met {last}",
    "period_until": "tot en met {last}",
    "most": "van hoogstens {connections}",
    "expected": "{name} verwacht {connections} van u.",
    "purpose": "Waarvoor",
    "how": "Hoe het gaat",
    "fluvius_1": "U meldt zich aan bij Mijn Fluvius, de website van de netbeheerder.",
    "fluvius_2": "Daar kiest u welke aansluitingen u deelt, en bevestigt u.",
    "fluvius_3": "U komt hier terug en ziet wat ervan gekomen is.",
    "eneco_1": "U logt in bij Eneco, of bij KPN FIAM, dat de toestemmingen bewaart.",
    "eneco_2": "Daar gaat u ermee akkoord dat {party} uw gegevens mag zien.",
    "eneco_no_link": "Eneco heeft geen openbaar adres van die pagina waar wij u heen kunnen "
    "leiden: open uw eigen pagina bij Eneco, of bij KPN FIAM.",
    "holds_fluvius": "Uw toestemming geldt drie jaar. Ze kost niets, en u kunt ze op elk moment "
    "stopzetten bij Mijn Fluvius.",
    "holds_eneco": "Het kost niets, en u kunt uw toestemming op elk moment intrekken, ook daar.",
    "agree": "Door verder te gaan stemt u in met waarvoor het is, zoals hierboven staat.",
    "go_fluvius": "Verder naar Mijn Fluvius",
    "go_eneco": "Verder naar Eneco",
    "go_eneco_agree": "Ik stem in met waarvoor het is",
    "go_more": "Ook andere aansluitingen delen",
    "go_again": "Opnieuw vragen bij Mijn Fluvius",
    "go_renew": "Verlengen bij Mijn Fluvius",
    # Hoe het ervoor staat
    "shared_title": "U deelt uw verbruik met {name}",
    "shared_list": "Deze aansluitingen worden gedeeld:",
    "electricity": "Elektriciteit, EAN eindigt op {ending}",
    "gas": "Gas, EAN eindigt op {ending}",
    "heat": "Warmte, nummer eindigt op {ending}",
    "other": "Aansluiting die eindigt op {ending}",
    "shared_next": "U hoeft niets meer te doen: de gegevens komen vanzelf.",
    "fewer": "{name} verwachtte {expected}. Nog niet gedeeld: {missing}.",
    "renew_title": "Uw toestemming moet verlengd worden",
    "renew_before": "Uw toestemming aan {name} eindigt op {day}. Verleng ze, dan blijven uw "
    "gegevens komen.",
    "renew_after": "Uw toestemming aan {name} is op {day} geëindigd, dus er komen geen nieuwe "
    "gegevens meer. Verleng ze als u dat wilt.",
    "renew_some_day": "Uw toestemming aan {name} loopt af. Verleng ze, dan blijven uw gegevens "
    "komen.",
    "waiting_title": "Wachten op de netgebruiker",
    "waiting": "Van {connections} is iemand anders de netgebruiker. Fluvius vraagt die persoon om "
    "akkoord te gaan; u hoeft niets meer te doen.",
    "waiting_days": "Er is nog geen antwoord. Wie akkoord moet gaan, heeft nog {days}.",
    "refused_title": "De aanvraag is geweigerd",
    "refused": "De netgebruiker weigerde, of antwoordde niet binnen een maand, dus er wordt niets "
    "gedeeld. Was dat een vergissing, dan kunt u het opnieuw vragen.",
    "ended_title": "Uw toestemming is stopgezet",
    "ended": "Ze is bij Mijn Fluvius stopgezet, dus er wordt niets meer gedeeld. U kunt opnieuw "
    "beginnen als u wilt.",
    "nothing_title": "Er wordt nog niets gedeeld",
    "nothing": "{place} kent geen toestemming van u aan {name}. Hebt u die net bevestigd, kijk dan "
    "over een paar minuten opnieuw; zo niet, dan kunt u opnieuw beginnen.",
    "unseen_title": "Dank u",
    "unseen": "Of u akkoord ging, is van hier niet te zien. Als dat zo is, weet {name} het zodra "
    "Eneco er weer naar gevraagd wordt; u hoeft niets meer te doen.",
    "back_title": "U keerde terug",
    "back": "Er is niets veranderd. U kunt verdergaan wanneer u wilt, met deze zelfde link.",
    "looking_title": "Een ogenblik",
    "looking": "We vragen {place} wat ervan gekomen is. Deze pagina kijkt vanzelf opnieuw over {n} "
    "seconden.",
    "look_again": "Nu opnieuw kijken",
    "again": "Terug naar de uitnodiging",
    "to_provider": "Verder naar {name}",
    "how_title": "Wat u bij Eneco doet",
    # Wat misgaat
    "failed_title": "Dit lukt nu even niet",
    "failed": "Het ligt niet aan u, en er is niets verloren. Probeer het over een paar minuten "
    "opnieuw; uw link blijft werken.",
    "try_again": "Opnieuw proberen",
    "unknown_title": "Deze link kennen we niet",
    "unknown": "Kijk na of het hele adres gekopieerd is, of scan de QR-code nog eens. Helpt dat "
    "niet, vraag {name} dan om een nieuwe link.",
    "withdrawn_title": "Deze link geldt niet meer",
    "withdrawn": "Vraag {name} om een nieuwe. Wat u al deelt, blijft zoals het is.",
    "over_title": "Deze uitnodiging is voorbij",
    "over": "De tijd waarvoor ze was, is om. Er wordt niets meer van u gevraagd.",
    "help": "Hebt u hulp nodig?",
}
