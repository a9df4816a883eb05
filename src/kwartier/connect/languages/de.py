"""German."""

from __future__ import annotations

from typing import Final

MONTHS: Final = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
DAY: Final = "{day}. {month} {year}"
TEXTS: Final[dict[str, str]] = {
    "language": "Deutsch",
    "languages": "Sprache",
    "skip": "Zum Inhalt",
    "connection_one": "1 Anschluss",
    "connection_many": "{n} Anschlüsse",
    "day_one": "1 Tag",
    "day_many": "{n} Tage",
    # Die Einladung
    "ask_title": "Teilen Sie Ihren Energieverbrauch mit {name}",
    "ask_for": "Für {label}",
    "what": "Was {name} erfragt",
    "VH_dag": "was Sie je Tag aus dem Netz beziehen und ins Netz einspeisen",
    "VH_kwartier_uur": "was Sie aus dem Netz beziehen und ins Netz einspeisen, je Viertelstunde "
    "(Gas: je Stunde)",
    "VH_onbepaald": "was Sie aus dem Netz beziehen und ins Netz einspeisen, je Tag oder je "
    "Viertelstunde: Sie wählen",
    "IG": "welche Anlagen Sie haben, etwa eine Photovoltaikanlage",
    "eneco_data": "Ihr Verbrauch je Stunde und die Adresse, an die geliefert wird",
    "period_chosen": "für die Zeit, die Sie wählen",
    "period_from": "ab dem {start}",
    "period_between": "vom {start} bis einschließlich {last}",
    "period_until": "bis einschließlich {last}",
    "most": "höchstens: {connections}",
    "expected": "{name} erwartet von Ihnen: {connections}.",
    "purpose": "Wofür",
    "how": "Wie es geht",
    "fluvius_1": "Sie melden sich bei Mijn Fluvius an, der Website des Netzbetreibers.",
    "fluvius_2": "Dort wählen Sie, welche Anschlüsse Sie teilen, und bestätigen.",
    "fluvius_3": "Sie kommen hierher zurück und sehen, was daraus geworden ist.",
    "eneco_1": "Sie melden sich bei Eneco an, oder bei KPN FIAM, das die Einwilligungen verwahrt.",
    "eneco_2": "Dort stimmen Sie zu, dass {party} Ihre Daten sehen darf.",
    "eneco_no_link": "Eneco veröffentlicht die Adresse dieser Seite nicht, wir können Sie also "
    "nicht dorthin führen: öffnen Sie Ihre eigene Seite bei Eneco, oder bei KPN FIAM.",
    "holds_fluvius": "Ihre Einwilligung gilt drei Jahre. Sie kostet nichts, und Sie können sie "
    "jederzeit bei Mijn Fluvius beenden.",
    "holds_eneco": "Es kostet nichts, und Sie können Ihre Einwilligung dort jederzeit widerrufen.",
    "agree": "Wenn Sie fortfahren, stimmen Sie der oben genannten Verwendung zu.",
    "go_fluvius": "Weiter zu Mijn Fluvius",
    "go_eneco": "Weiter zu Eneco",
    "go_eneco_agree": "Ich stimme der Verwendung zu",
    "go_more": "Auch andere Anschlüsse teilen",
    "go_again": "Bei Mijn Fluvius erneut anfragen",
    "go_renew": "Bei Mijn Fluvius verlängern",
    # Wie es steht
    "shared_title": "Sie teilen Ihren Verbrauch mit {name}",
    "shared_list": "Diese Anschlüsse werden geteilt:",
    "electricity": "Strom, EAN endet auf {ending}",
    "gas": "Gas, EAN endet auf {ending}",
    "heat": "Wärme, Nummer endet auf {ending}",
    "other": "Anschluss, der auf {ending} endet",
    "shared_next": "Sie brauchen nichts mehr zu tun: die Daten kommen von selbst.",
    "fewer": "{name} erwartet von Ihnen: {expected}. Noch nicht geteilt: {missing}.",
    "renew_title": "Ihre Einwilligung muss verlängert werden",
    "renew_before": "Ihre Einwilligung gegenüber {name} endet am {day}. Verlängern Sie sie, damit "
    "Ihre Daten weiterhin kommen.",
    "renew_after": "Ihre Einwilligung gegenüber {name} endete am {day}, darum kommen keine neuen "
    "Daten mehr. Verlängern Sie sie, wenn Sie das möchten.",
    "renew_some_day": "Ihre Einwilligung gegenüber {name} läuft aus. Verlängern Sie sie, damit "
    "Ihre Daten weiterhin kommen.",
    "waiting_title": "Warten auf den Netznutzer",
    "waiting": "Netznutzer ist jemand anders ({connections}). Fluvius bittet diese Person um "
    "Zustimmung; Sie brauchen nichts mehr zu tun.",
    "waiting_days": "Es gibt noch keine Antwort. Verbleibende Zeit für die Zustimmung: {days}.",
    "refused_title": "Die Anfrage wurde abgelehnt",
    "refused": "Der Netznutzer hat abgelehnt, oder binnen eines Monats nicht geantwortet; es wird "
    "nichts geteilt. War das ein Versehen, können Sie erneut anfragen.",
    "ended_title": "Ihre Einwilligung wurde beendet",
    "ended": "Sie wurde bei Mijn Fluvius beendet, es wird also nichts mehr geteilt. Sie können neu "
    "beginnen, wenn Sie möchten.",
    "nothing_title": "Es wird noch nichts geteilt",
    "nothing": "{place} kennt keine Einwilligung von Ihnen für {name}. Haben Sie gerade bestätigt, "
    "sehen Sie in einigen Minuten wieder nach; sonst können Sie neu beginnen.",
    "unseen_title": "Danke",
    "unseen": "Ob Sie zugestimmt haben, ist von hier aus nicht zu sehen. Wenn ja, weiß {name} es, "
    "sobald Eneco wieder gefragt wird; Sie brauchen nichts mehr zu tun.",
    "back_title": "Sie sind umgekehrt",
    "back": "Es hat sich nichts geändert. Sie können jederzeit fortfahren, mit demselben Link.",
    "looking_title": "Einen Augenblick",
    "looking": "Wir fragen {place}, was daraus geworden ist. Diese Seite sieht in {n} Sekunden von "
    "selbst wieder nach.",
    "look_again": "Jetzt wieder nachsehen",
    "again": "Zurück zur Einladung",
    "to_provider": "Weiter zu {name}",
    "how_title": "Was Sie bei Eneco tun",
    # Was schiefgeht
    "failed_title": "Das geht im Augenblick nicht",
    "failed": "Es liegt nicht an Ihnen, und nichts ist verloren. Versuchen Sie es in einigen "
    "Minuten noch einmal; Ihr Link gilt weiterhin.",
    "try_again": "Noch einmal versuchen",
    "unknown_title": "Dieser Link ist nicht bekannt",
    "unknown": "Sehen Sie nach, ob die ganze Adresse kopiert wurde, oder scannen Sie den QR-Code "
    "noch einmal. Hilft das nicht, bitten Sie {name} um einen neuen Link.",
    "withdrawn_title": "Dieser Link gilt nicht mehr",
    "withdrawn": "Bitten Sie {name} um einen neuen. Was Sie schon teilen, bleibt, wie es ist.",
    "over_title": "Diese Einladung ist vorbei",
    "over": "Die Zeit, für die sie galt, ist um. Es wird nichts mehr von Ihnen erfragt.",
    "help": "Brauchen Sie Hilfe?",
}
