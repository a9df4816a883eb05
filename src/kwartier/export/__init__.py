"""Measurements for other programs."""

from kwartier.export.parquet import ExportReport, export_parquet

__all__ = ["ExportReport", "export_parquet"]
