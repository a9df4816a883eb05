"""``GET /api/mandate/energy``, for one window and for spans of any length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kwartier.fluvius import checks
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.operation import Api
from kwartier.fluvius.replies import EnergyReply
from kwartier.fluvius.windows import cut_span, span_of
from kwartier.transport import Call, Operation
from kwartier.vocabulary import arguments
from kwartier.vocabulary.arguments import Moment
from kwartier.vocabulary.ean import check_ean
from kwartier.wire import fluvius_v3 as wire
from kwartier.wire.open_enum import OpenEnum


class ComplexEnergyType(OpenEnum):
    """Values of the query parameter ``complexEnergyTypes``."""

    ACTIVE = "active"
    REACTIVE = "reactive"


Granularities = Sequence[wire.EnergyGranularity | str] | str
ComplexEnergyTypes = Sequence[ComplexEnergyType | str] | str


class EnergyCalls(Api[R]):
    """The calls for measurements."""

    __slots__ = ()

    def get_energy(
        self,
        *,
        ean: str,
        period_type: wire.PeriodType | str,
        from_date: Moment,
        to_date: Moment,
        granularity: Granularities | None = None,
        complex_energy_types: ComplexEnergyTypes | None = None,
        reference_number: str | None = None,
    ) -> Operation[R]:
        """What was measured, or stored by Fluvius, from ``from_date`` until ``to_date``
        (exclusive), within the mandates' periods.

        ``ean``: 18 digits. ``period_type``: ``readTime``, by when it was measured, or
        ``insertTime``, by when Fluvius stored it, whenever it was measured. ``from_date``: at
        most three years ago; ``to_date``: at most 185 days later. By ``readTime`` a slice is
        there if it lies wholly in between: electricity days begin at Brussels' midnight, gas days
        at 06:00.
        ``granularity``: ``daily``, ``hourly_quarterhourly``, or (None) all that mandates open.
        ``complex_energy_types``: ``active``, ``reactive``, or (None) both; of no effect on gas.
        ``reference_number``: only what mandates under it open.

        Returns a response whose ``data.headpoint`` has ``ean``, ``energy_type``, ``type_`` (where
        it is metered) and slices in ``daily_energy``, ``hourly_energy`` and
        ``quarter_hourly_energy``: those of its ``physical_meters``, its own, and those of its
        ``sub_headpoints``. A slice has ``start``, ``end`` (UTC) and ``measurements``, each with
        registers (``total``, ``day``, ``night``, ...) under ``offtake``, ``injection``,
        ``production``, ``auxiliary``. A register has ``value`` in ``unit`` (kWh, kVArh; gas: m3,
        then kWh), ``validation_state`` and, on kWh of gas, ``gas_conversion_factor``. What does
        not apply is None. ``kwartier.fluvius.decode_energy`` and ``energy_table`` make a table.

        With ``api_version="v2"`` it is a ``kwartier.wire.fluvius_v2.EnergyResponse``: meters in
        ``data.electricity_meters`` and ``data.gas_meters``, values side by side in a slice's
        ``measurement``, both lists empty without a mandate. ``granularity`` is asked for by the
        data service; ``complex_energy_types`` must be left out.

        Errors: NotFoundError without an approved mandate (v3), InputError before anything is sent,
        another FluviusAPIError, DecodeError.

        Source: Fluvius ESCO API v3, ``GET /api/mandate/energy``.
        """
        call = self._energy(
            ean,
            period_type,
            from_date,
            to_date,
            granularity,
            complex_energy_types,
            reference_number,
        )
        return Operation(call, self.dialect.read_energy)

    def fetch_energy(
        self,
        *,
        ean: str,
        period_type: wire.PeriodType | str,
        from_date: Moment,
        to_date: Moment,
        granularity: Granularities | None = None,
        complex_energy_types: ComplexEnergyTypes | None = None,
        reference_number: str | None = None,
    ) -> Operation[EnergyReply]:
        """Like ``get_energy``, but the body as it came, for ``decode_energy``.

        Returns ``body``, ``fetched_at``, the provider's time of it (UTC), and ``metering_point``,
        the EAN asked for.

        Errors: as for ``get_energy``; a body that is whole JSON is not looked into any further.

        Source: Fluvius ESCO API v3, ``GET /api/mandate/energy``.
        """
        call = self._energy(
            ean,
            period_type,
            from_date,
            to_date,
            granularity,
            complex_energy_types,
            reference_number,
        )
        return self._as_it_came(call, ean)

    def iter_energy(
        self,
        ean: str,
        from_date: Moment | None = None,
        to_date: Moment | None = None,
        *,
        granularity: Granularities | None = None,
        complex_energy_types: ComplexEnergyTypes | None = None,
        reference_number: str | None = None,
    ) -> list[Operation[R]]:
        """What was measured from ``from_date`` until ``to_date`` (exclusive), however far apart:
        one response a window of at most 184 days, as ``get_energy`` returns it, oldest first.

        ``from_date`` None: as far back as Fluvius allows, the first whole day of the last three
        years. ``to_date`` None: until now. The other arguments are those of ``get_energy``.

        Windows meet at Brussels' midnight, each beginning with the gas day before, so that no day
        of either energy is cut; every slice comes once. A window is asked for when it is its turn
        (the async client asks for up to four at once), so that leaving the loop saves the rest.
        A window without an approved mandate is passed over; if no window has one, NotFoundError
        is raised in the end.

        Errors: InputError at once; from then on, at the window where it happens, what
        ``get_energy`` raises.

        Source: Fluvius ESCO API v3, ``GET /api/mandate/energy``.
        """
        calls = self._windows(
            ean, from_date, to_date, granularity, complex_energy_types, reference_number
        )
        return [Operation(call, self.dialect.read_energy) for call in calls]

    def energy_table(
        self,
        ean: str,
        from_date: Moment | None = None,
        to_date: Moment | None = None,
        *,
        granularity: Granularities | None = None,
        complex_energy_types: ComplexEnergyTypes | None = None,
        reference_number: str | None = None,
    ) -> list[Operation[EnergyReply]]:
        """What was measured from ``from_date`` until ``to_date`` (exclusive), however far apart,
        as one table: a pyarrow.Table in ``kwartier.measurements.MEASUREMENTS_SCHEMA``.

        Arguments and windows are those of ``iter_energy``. One row a value: EANs are text, times
        UTC, a missing value is null; ``fetched_at`` is Fluvius' time. Every value is there once
        (should two replies carry it, the later one's), sorted by series (provider to unit), then
        ``start``.

        What of the replies could not be read is left out, and an UndecodedWarning says so; its
        ``undecoded`` lists where, why, and the time it was about.

        Errors: as for ``iter_energy``; no table if a window fails.

        Source: Fluvius ESCO API v3, ``GET /api/mandate/energy``.
        """
        calls = self._windows(
            ean, from_date, to_date, granularity, complex_energy_types, reference_number
        )
        return [self._as_it_came(call, ean) for call in calls]

    def _windows(
        self,
        ean: str,
        from_date: Moment | None,
        to_date: Moment | None,
        granularity: Granularities | None,
        complex_energy_types: ComplexEnergyTypes | None,
        reference_number: str | None,
    ) -> list[Call]:
        span = span_of(from_date, to_date, self.now())
        return [
            self._energy(
                ean,
                wire.PeriodType.READ_TIME,
                window.start,
                window.end,
                granularity,
                complex_energy_types,
                reference_number,
            )
            for window in cut_span(span)
        ]

    def _energy(
        self,
        ean: str,
        period_type: wire.PeriodType | str,
        from_date: Moment,
        to_date: Moment,
        granularity: Granularities | None,
        complex_energy_types: ComplexEnergyTypes | None,
        reference_number: str | None,
    ) -> Call:
        start, end = (
            arguments.instant(from_date, "from_date"),
            arguments.instant(to_date, "to_date"),
        )
        arguments.check_order(start, end, "to_date", "from_date")
        checks.check_window(start, end, "to_date")
        checks.check_history(start, self.now(), "from_date")
        query: dict[str, str | None] = {
            "ean": check_ean(ean),
            "periodType": checks.word(wire.PeriodType, period_type, "period_type"),
            "from": arguments.wire_time(start),
            "to": arguments.wire_time(end),
            "granularity": checks.listed(wire.EnergyGranularity, granularity, "granularity"),
            "complexEnergyTypes": checks.listed(
                ComplexEnergyType, complex_energy_types, "complex_energy_types"
            ),
            "referenceNumber": arguments.optional(
                arguments.text, reference_number, "reference_number"
            ),
        }
        return self.get(self.dialect.energy, query)

    def _as_it_came(self, call: Call, ean: str) -> Operation[EnergyReply]:
        read = self.dialect.read_energy_reply
        return Operation(call, lambda reply: replace(read(reply), metering_point=ean))
