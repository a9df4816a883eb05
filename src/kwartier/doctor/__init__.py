"""Is everything in place to ask Fluvius for data, and if not, what is to be done?

:func:`examine` looks at configuration, network, sign-in, API, certificate and store;
:func:`checklist` at how far a provider has come on the way to customers' data.
"""

from kwartier.doctor.diagnosis import Diagnosis, State
from kwartier.doctor.examination import examine
from kwartier.doctor.onboarding import Step, checklist

__all__ = ["Diagnosis", "State", "Step", "checklist", "examine"]
