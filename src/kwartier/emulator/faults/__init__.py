"""Faults on purpose: what goes wrong with which calls, how often, and doing it.

:func:`parse_faults` reads what was written for ``--faults``, :class:`Faults` decides call by
call, and ``injection`` stands before the application and carries it out.
"""

from kwartier.emulator.faults.fault import Fault, FaultName, Resource
from kwartier.emulator.faults.plan import CallsTo, Entry
from kwartier.emulator.faults.schedule import Faults
from kwartier.emulator.faults.spec import parse_faults, read_faults

__all__ = [
    "CallsTo",
    "Entry",
    "Fault",
    "FaultName",
    "Faults",
    "Resource",
    "parse_faults",
    "read_faults",
]
