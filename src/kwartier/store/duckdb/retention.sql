-- name: widen_extents
-- Let the extents of some series hold new rows too.
MERGE INTO extents USING new_extents n ON extents.series_id = n.series_id
WHEN MATCHED AND (n."first" < extents."first" OR n."last" > extents."last") THEN UPDATE SET
    "first" = least(extents."first", n."first"), "last" = greatest(extents."last", n."last")
WHEN NOT MATCHED THEN INSERT VALUES (n.series_id, n."first", n."last");

-- name: measure_extents
-- Take the extents of the concerned series anew from their rows.
DELETE FROM extents WHERE series_id IN (SELECT series_id FROM concerned);
INSERT INTO extents
SELECT series_id, min("start"), make_timestamptz(max(epoch_us("start") + duration_us))
FROM (
    SELECT series_id, "start", duration_us FROM "values" SEMI JOIN concerned USING (series_id)
    UNION ALL
    SELECT series_id, "start", duration_us FROM revisions SEMI JOIN concerned USING (series_id)
)
GROUP BY series_id;

-- name: held
-- Between which instants the rows of each granularity of each metering point lie.
SELECT provider, metering_point, energy_type, granularity,
    epoch_us(min("first")) AS "first", epoch_us(max("last")) AS "last"
FROM extents JOIN series USING (series_id)
GROUP BY provider, metering_point, energy_type, granularity
ORDER BY provider, metering_point, granularity, energy_type;

-- name: concerned_series
-- The series of the ordered metering points, energy types and granularities.
CREATE OR REPLACE TEMP TABLE concerned AS
SELECT o.number, s.series_id, s.energy_type
FROM series s JOIN ordered o USING (provider, metering_point, energy_type, granularity);

-- name: doomed_values
-- The values of those series that lie wholly inside one of their order's stretches, or inside none.
CREATE OR REPLACE TEMP TABLE doomed_values AS
WITH mine AS MATERIALIZED (
    SELECT c.number, v.rowid AS row_number, v.series_id, v."start", v.duration_us,
        v."value", v.quality_id, v.fetch_id
    FROM "values" v JOIN concerned c USING (series_id)
)
FROM mine m
WHERE $inside = EXISTS (
    FROM stretches k WHERE k.number = m.number AND k."start" <= m."start"
        AND epoch_us(m."start") + m.duration_us <= epoch_us(k."end")
);

-- name: doomed_revisions
-- The revisions of those series that lie wholly inside one of their order's stretches, or inside none.
CREATE OR REPLACE TEMP TABLE doomed_revisions AS
WITH mine AS MATERIALIZED (
    SELECT c.number, r.rowid AS row_number, r.series_id, r."start", r.duration_us,
        r."value", r.quality_id, r.fetch_id
    FROM revisions r JOIN concerned c USING (series_id)
)
FROM mine m
WHERE $inside = EXISTS (
    FROM stretches k WHERE k.number = m.number AND k."start" <= m."start"
        AND epoch_us(m."start") + m.duration_us <= epoch_us(k."end")
);

-- name: doomed_values_of
-- The doomed values of one order.
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id
FROM doomed_values WHERE number = $number;

-- name: doomed_revisions_of
-- The doomed revisions of one order.
SELECT series_id, "start", duration_us, "value", quality_id, fetch_id
FROM doomed_revisions WHERE number = $number;

-- name: doomed_numbers
-- The orders that doom something.
SELECT number FROM doomed_values UNION SELECT number FROM doomed_revisions ORDER BY number;

-- name: take_away
-- Take the doomed rows away.
DELETE FROM "values" WHERE rowid IN (SELECT row_number FROM doomed_values);
DELETE FROM revisions WHERE rowid IN (SELECT row_number FROM doomed_revisions);

-- name: forget_empty_series
-- Forget the concerned series of which nothing is left.
DELETE FROM series WHERE series_id IN (
    SELECT series_id FROM concerned ANTI JOIN extents USING (series_id)
);

-- name: drop_temporary
-- Let go of what only this needed.
DROP TABLE concerned;
DROP TABLE doomed_values;
DROP TABLE doomed_revisions;

-- name: add_decisions
-- Keep what people decided.
INSERT INTO retention_decisions BY NAME SELECT * FROM new_decisions;

-- name: decisions
-- What people decided on some mandates, or any, and on no mandate, in order.
SELECT * EXCLUDE (decision_id) FROM retention_decisions
WHERE $mandates IS NULL OR mandate_id IS NULL OR list_contains($mandates, mandate_id)
ORDER BY decision_id;

-- name: last_decision
-- The number of the last decision.
SELECT coalesce(max(decision_id), 0) FROM retention_decisions;

-- name: add_receipts
-- Keep receipts, and that the bytes of what they are about are still to be erased.
INSERT INTO receipts BY NAME SELECT * FROM new_receipts;
INSERT INTO erasing SELECT number FROM new_receipts;

-- name: all_receipts
-- The receipts, in order.
SELECT * FROM receipts ORDER BY number;

-- name: receipts_count
-- How many receipts there are.
SELECT count(*) FROM receipts;

-- name: erasing
-- The receipts of which bytes may be left.
SELECT r.* FROM receipts r SEMI JOIN erasing USING (number) ORDER BY r.number;

-- name: erased
-- Of these receipts no byte is left.
DELETE FROM erasing WHERE number <= $last;

-- name: told
-- Of the receipts of suppressions, which erased nothing, no byte is left.
DELETE FROM erasing WHERE number IN (
    SELECT number FROM receipts
    WHERE granularity IS NOT NULL AND "values" = 0 AND revisions = 0
);

-- name: receipt_key
-- The key of the digests in receipts.
SELECT "key" FROM receipt_key;

-- name: add_receipt_key
-- Keep the key of the digests in receipts.
INSERT INTO receipt_key VALUES ($key);

-- name: points_with_series
-- The metering points that the store has rows of.
SELECT DISTINCT metering_point FROM series ORDER BY metering_point;

-- name: providers
-- Whose rows the store has.
SELECT DISTINCT provider FROM series ORDER BY provider;
