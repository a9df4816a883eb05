-- From version 3 to 4. What these tables hold stands in schema.sql; the views follow of themselves.

CREATE TABLE publications (folder VARCHAR NOT NULL);

CREATE TABLE timelines (
    metering_point VARCHAR NOT NULL,
    granularity VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    "start" TIMESTAMPTZ NOT NULL,
    "end" TIMESTAMPTZ NOT NULL,
    times INTEGER NOT NULL,
    last_at TIMESTAMPTZ
);
INSERT INTO timelines
WITH stretches AS (
    SELECT 'settled' AS kind, metering_point, granularity, "start", "end"
    FROM fetch_scopes WHERE NOT speaks
    UNION ALL
    SELECT 'inserted', metering_point, unnest(granularities), window_start, window_end
    FROM fetches WHERE outcome = 'ok' AND kind = 'insertTime'
), follows AS (
    SELECT *, max("end") OVER (PARTITION BY kind, metering_point, granularity ORDER BY "start"
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM stretches
), numbered AS (
    SELECT *, count(*) FILTER (reached IS NULL OR "start" > reached) OVER (
        PARTITION BY kind, metering_point, granularity ORDER BY "start"
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
    FROM follows
), reads AS (
    SELECT metering_point, unnest(granularities) AS granularity, planned_at
    FROM fetches WHERE outcome = 'ok' AND kind = 'readTime'
)
SELECT metering_point, granularity, kind, min("start"), max("end"), 0, NULL
FROM numbered GROUP BY metering_point, granularity, kind, island
UNION ALL
SELECT metering_point, granularity, 'read', min(planned_at), min(planned_at), 0, NULL
FROM reads GROUP BY metering_point, granularity;

DELETE FROM fetch_scopes WHERE NOT speaks;
ALTER TABLE fetch_scopes DROP COLUMN speaks;

CREATE TABLE extents (
    series_id INTEGER NOT NULL,
    "first" TIMESTAMPTZ NOT NULL,
    "last" TIMESTAMPTZ NOT NULL
);
INSERT INTO extents
SELECT series_id, min("start"), make_timestamptz(max(epoch_us("start") + duration_us))
FROM (
    SELECT series_id, "start", duration_us FROM "values"
    UNION ALL
    SELECT series_id, "start", duration_us FROM revisions
)
GROUP BY series_id;

CREATE TABLE retention_decisions (
    decision_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    mandate_id INTEGER,
    "order" VARCHAR,
    "start" TIMESTAMPTZ,
    "end" TIMESTAMPTZ,
    decided_at TIMESTAMPTZ NOT NULL,
    decided_by VARCHAR NOT NULL,
    why VARCHAR NOT NULL
);

CREATE TABLE receipts (
    number INTEGER NOT NULL,
    erased_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    metering_point VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    energy_type VARCHAR NOT NULL,
    granularity VARCHAR NOT NULL,
    bounds STRUCT("start" TIMESTAMPTZ, "end" TIMESTAMPTZ)[] NOT NULL,
    suppressed STRUCT("start" TIMESTAMPTZ, "end" TIMESTAMPTZ)[] NOT NULL,
    "values" BIGINT NOT NULL,
    revisions BIGINT NOT NULL,
    days INTEGER NOT NULL,
    previous VARCHAR NOT NULL,
    hash VARCHAR NOT NULL
);

CREATE TABLE erasing (number INTEGER NOT NULL);

CREATE TABLE receipt_key ("key" BLOB NOT NULL);

CREATE TABLE consent_wordings (
    version VARCHAR NOT NULL,
    "language" VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE consents (
    reference_number VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    wording VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    given_at TIMESTAMPTZ NOT NULL
);
