"""The contract suite: every claim that the emulator stands on, tried on a sandbox.

What is claimed, and what it rests on, stands in :mod:`kwartier.verify.cases`; a run goes
``open_lab`` (sign in, leave alone what others made), ``run_cases``, and ends in a report.
"""

from kwartier.verify.case import Case, Kind, Result, Verdict
from kwartier.verify.cases import CASES, SUBJECTS
from kwartier.verify.lab import Lab, open_lab
from kwartier.verify.line import Target
from kwartier.verify.run import run_cases

__all__ = [
    "CASES",
    "SUBJECTS",
    "Case",
    "Kind",
    "Lab",
    "Result",
    "Target",
    "Verdict",
    "open_lab",
    "run_cases",
]
