"""English."""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    "January February March April May June July August September October November December"
)
DAY: Final = "{day} {month} {year}"
TEXTS: Final[dict[str, str]] = {
    "language": "English",
    "languages": "Language",
    "skip": "Skip to the content",
    "connection_one": "1 connection",
    "connection_many": "{n} connections",
    "day_one": "1 day",
    "day_many": "{n} days",
    # The invitation
    "ask_title": "Share your energy consumption with {name}",
    "ask_for": "For {label}",
    "what": "What {name} asks for",
    "VH_dag": "what you take from the grid and inject into it, per day",
    "VH_kwartier_uur": "what you take from the grid and inject into it, per quarter of an hour "
    "(gas: per hour)",
    "VH_onbepaald": "what you take from the grid and inject into it, per day or per quarter of an "
    "hour: you choose",
    "IG": "which installations you have, such as solar panels",
    "eneco_data": "your consumption per hour and the address it is delivered to",
    "period_chosen": "over the time that you choose",
    "period_from": "from {start} on",
    "period_between": "from {start} up to and including {last}",
    "period_until": "up to and including {last}",
    "most": "of at most {connections}",
    "expected": "{name} expects {connections} of you.",
    "purpose": "What it is for",
    "how": "How it goes",
    "fluvius_1": "You sign in at Mijn Fluvius, the website of the grid operator.",
    "fluvius_2": "You choose there which connections you share, and confirm.",
    "fluvius_3": "You come back here and see what came of it.",
    "eneco_1": "You sign in at Eneco, or at KPN FIAM, which keeps its consents.",
    "eneco_2": "You agree there that {party} may see your data.",
    "eneco_no_link": "Eneco has no public address of that page to lead you to: open your own page "
    "at Eneco, or at KPN FIAM.",
    "holds_fluvius": "Your permission holds for three years. It costs nothing, and you can end it "
    "at any time at Mijn Fluvius.",
    "holds_eneco": "It costs nothing, and you can take your permission back at any time, there "
    "too.",
    "agree": "By going on you agree to what it is for, as said above.",
    "go_fluvius": "Go on to Mijn Fluvius",
    "go_eneco": "Go on to Eneco",
    "go_eneco_agree": "I agree to what it is for",
    "go_more": "Share other connections as well",
    "go_again": "Ask again at Mijn Fluvius",
    "go_renew": "Renew at Mijn Fluvius",
    # Where it stands
    "shared_title": "You share your consumption with {name}",
    "shared_list": "These connections are shared:",
    "electricity": "Electricity, EAN ending in {ending}",
    "gas": "Gas, EAN ending in {ending}",
    "heat": "Heat, number ending in {ending}",
    "other": "Connection ending in {ending}",
    "shared_next": "You need do nothing more: the data come by themselves.",
    "fewer": "{name} expected {expected}. Not shared yet: {missing}.",
    "renew_title": "Your permission has to be renewed",
    "renew_before": "Your permission to {name} ends on {day}. Renew it, so that your data go on "
    "coming.",
    "renew_after": "Your permission to {name} ended on {day}, so no new data come any more. Renew "
    "it if you want them to.",
    "renew_some_day": "Your permission to {name} runs out. Renew it, so that your data go on "
    "coming.",
    "waiting_title": "Waiting for the grid user",
    "waiting": "Of {connections} somebody else is the grid user. Fluvius asks that person to "
    "agree; you need do nothing more.",
    "waiting_days": "There is no answer yet. Whoever has to agree has {days} left.",
    "refused_title": "The request was refused",
    "refused": "The grid user refused, or did not answer within a month, so nothing is shared. If "
    "that was a mistake, you can ask again.",
    "ended_title": "Your permission was ended",
    "ended": "It was ended at Mijn Fluvius, so nothing is shared any more. You can begin again if "
    "you like.",
    "nothing_title": "Nothing is shared yet",
    "nothing": "{place} knows of no permission from you to {name}. If you confirmed it just now, "
    "look again in a few minutes; if not, you can begin again.",
    "unseen_title": "Thank you",
    "unseen": "Whether you agreed cannot be seen from here. If you did, {name} will know when it "
    "next asks Eneco; you need do nothing more.",
    "back_title": "You turned back",
    "back": "Nothing changed. You can go on when you like, with this same link.",
    "looking_title": "One moment",
    "looking": "We are asking {place} what came of it. This page looks again by itself in {n} "
    "seconds.",
    "look_again": "Look again now",
    "again": "Back to the invitation",
    "to_provider": "On to {name}",
    "how_title": "What you do at Eneco",
    # What goes wrong
    "failed_title": "This does not work just now",
    "failed": "It is not because of you, and nothing was lost. Please try again in a few minutes; "
    "your link goes on working.",
    "try_again": "Try again",
    "unknown_title": "This link is not known",
    "unknown": "Check that the whole address was copied, or scan the QR code once more. If that "
    "does not help, ask {name} for a new link.",
    "withdrawn_title": "This link is not valid any more",
    "withdrawn": "Ask {name} for a new one. What you share already stays as it is.",
    "over_title": "This invitation is over",
    "over": "The time that it was for has passed. Nothing is asked of you any more.",
    "help": "Do you need help?",
}
