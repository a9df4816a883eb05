"""What the values say: completeness, month peaks, gas days. Arrow in, Arrow out."""

from kwartier.analysis.billing import BILLING_SCHEMA, billing_peak
from kwartier.analysis.coverage import COVERAGE_SCHEMA, month_coverage
from kwartier.analysis.expectation import ArrivalPolicy, expected
from kwartier.analysis.peaks import PEAKS_SCHEMA, PeakStatus, month_peaks
from kwartier.analysis.totals import GAS_DAYS_SCHEMA, gas_days

__all__ = [
    "BILLING_SCHEMA",
    "COVERAGE_SCHEMA",
    "GAS_DAYS_SCHEMA",
    "PEAKS_SCHEMA",
    "ArrivalPolicy",
    "PeakStatus",
    "billing_peak",
    "expected",
    "gas_days",
    "month_coverage",
    "month_peaks",
]
