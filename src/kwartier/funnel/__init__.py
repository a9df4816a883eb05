"""How far each customer has come, from an invitation to complete data, and why there is none."""

from kwartier.funnel.board import Board, Found
from kwartier.funnel.building import BoardError
from kwartier.funnel.causes import Cause, Finding, Who
from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.places import Sorting
from kwartier.funnel.progress import progress_of
from kwartier.funnel.reading import facts_of
from kwartier.funnel.reasons import CauseCount
from kwartier.funnel.stages import Need, Progress, Stage
from kwartier.funnel.trouble import Trouble
from kwartier.funnel.why import why_no_data

__all__ = [
    "Board",
    "BoardError",
    "Cause",
    "CauseCount",
    "CustomerFacts",
    "Finding",
    "Found",
    "Need",
    "Progress",
    "Sorting",
    "Stage",
    "Trouble",
    "Who",
    "facts_of",
    "progress_of",
    "why_no_data",
]
