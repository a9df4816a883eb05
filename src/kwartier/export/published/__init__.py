"""A dataset for the world to read: Parquet by month, replaced in one move."""

from kwartier.export.published.policy import PublishPolicy
from kwartier.export.published.publish import PublishReport, forget, publish, republish

__all__ = ["PublishPolicy", "PublishReport", "forget", "publish", "republish"]
