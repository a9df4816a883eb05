"""What the values say: completeness, month peaks, totals, gas days. Arrow in, Arrow out."""

from kwartier.analysis.billing import BILLING_SCHEMA, billing_peak
from kwartier.analysis.coverage import COVERAGE_SCHEMA, month_coverage
from kwartier.analysis.curves import Curve, Curves, curves_of
from kwartier.analysis.days import DAYS_SCHEMA, day_coverage
from kwartier.analysis.exchanges import EXCHANGES_SCHEMA, meter_exchanges
from kwartier.analysis.expectation import ArrivalPolicy, expected
from kwartier.analysis.gas_days import GAS_DAYS_SCHEMA, gas_days
from kwartier.analysis.load_curve import LOAD_SCHEMA, load_curve
from kwartier.analysis.peaks import PEAKS_SCHEMA, PeakStatus, month_peaks
from kwartier.analysis.periods import Period
from kwartier.analysis.summed_peaks import peak_stretches, peaks_of_summaries
from kwartier.analysis.totals import TOTALS_SCHEMA, totals

__all__ = [
    "BILLING_SCHEMA",
    "COVERAGE_SCHEMA",
    "DAYS_SCHEMA",
    "EXCHANGES_SCHEMA",
    "GAS_DAYS_SCHEMA",
    "LOAD_SCHEMA",
    "PEAKS_SCHEMA",
    "TOTALS_SCHEMA",
    "ArrivalPolicy",
    "Curve",
    "Curves",
    "PeakStatus",
    "Period",
    "billing_peak",
    "curves_of",
    "day_coverage",
    "expected",
    "gas_days",
    "load_curve",
    "meter_exchanges",
    "month_coverage",
    "month_peaks",
    "peak_stretches",
    "peaks_of_summaries",
    "totals",
]
