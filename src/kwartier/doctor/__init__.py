"""Is everything in place to ask Fluvius or Eneco for data, and if not, what is to be done?

:func:`examine_fluvius` and :func:`examine_eneco` look at configuration, network, sign-in, API and
certificate, :func:`examine_store` at the store;
:func:`checklist` at how far a provider has come on the way to customers' data.
"""

from kwartier.doctor.diagnosis import Diagnosis, State
from kwartier.doctor.examination import examine_eneco, examine_fluvius
from kwartier.doctor.onboarding import Step, checklist
from kwartier.doctor.stores import examine_store

__all__ = [
    "Diagnosis",
    "State",
    "Step",
    "checklist",
    "examine_eneco",
    "examine_fluvius",
    "examine_store",
]
