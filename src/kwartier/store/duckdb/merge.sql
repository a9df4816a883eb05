-- name: next_fetch_id
-- The number of the next fetch.
SELECT coalesce(max(fetch_id) + 1, 0) FROM fetches;

-- name: next_series_id
-- The number of the next series.
SELECT coalesce(max(series_id) + 1, 0) FROM series;

-- name: make_series
-- Number the series of the batch that the store has not seen yet.
INSERT INTO series BY NAME
SELECT $first + row_number() OVER (ORDER BY b.code) - 1 AS series_id, b.* EXCLUDE (code)
FROM batch_series b
WHERE NOT EXISTS (
    SELECT 1 FROM series s
    WHERE s.metering_point = b.metering_point AND s.provider = b.provider
      AND s.energy_type = b.energy_type AND s.source = b.source
      AND s.meter_id IS NOT DISTINCT FROM b.meter_id
      AND s.sub_headpoint IS NOT DISTINCT FROM b.sub_headpoint
      AND s.granularity = b.granularity AND s.direction = b.direction
      AND s.register = b.register AND s.unit IS NOT DISTINCT FROM b.unit
);

-- name: series_ids
-- The number of each series of the batch, in the batch's order.
SELECT s.series_id
FROM batch_series b JOIN series s
  ON s.metering_point = b.metering_point AND s.provider = b.provider
 AND s.energy_type = b.energy_type AND s.source = b.source
 AND s.meter_id IS NOT DISTINCT FROM b.meter_id
 AND s.sub_headpoint IS NOT DISTINCT FROM b.sub_headpoint
 AND s.granularity = b.granularity AND s.direction = b.direction
 AND s.register = b.register AND s.unit IS NOT DISTINCT FROM b.unit
ORDER BY b.code;

-- name: describe_series
-- Keep the newest description of each series; what it leaves out stays as it was.
UPDATE series SET
    metering_type = coalesce(b.metering_type, series.metering_type),
    seq_number = coalesce(b.seq_number, series.seq_number),
    sub_headpoint_type = coalesce(b.sub_headpoint_type, series.sub_headpoint_type),
    installation_type = coalesce(b.installation_type, series.installation_type),
    vreg_id = coalesce(b.vreg_id, series.vreg_id),
    described_at = b.described_at
FROM batch_series b JOIN batch_series_ids n USING (code)
WHERE series.series_id = n.series_id AND b.described_at >= series.described_at
  AND (coalesce(b.metering_type, series.metering_type),
       coalesce(b.seq_number, series.seq_number),
       coalesce(b.sub_headpoint_type, series.sub_headpoint_type),
       coalesce(b.installation_type, series.installation_type),
       coalesce(b.vreg_id, series.vreg_id))
      IS DISTINCT FROM
      (series.metering_type, series.seq_number, series.sub_headpoint_type,
       series.installation_type, series.vreg_id);

-- name: make_qualities
-- Number the pairs of validation state and gas conversion factor not seen yet.
INSERT INTO qualities BY NAME
SELECT (SELECT count(*) FROM qualities) + row_number() OVER (ORDER BY b.code) - 1 AS quality_id,
    b.validation_state, b.gas_conversion_factor
FROM batch_qualities b
WHERE NOT EXISTS (
    SELECT 1 FROM qualities q
    WHERE q.validation_state IS NOT DISTINCT FROM b.validation_state
      AND q.gas_conversion_factor IS NOT DISTINCT FROM b.gas_conversion_factor
);

-- name: quality_ids
-- The number of each pair of the batch, in the batch's order.
SELECT q.quality_id
FROM batch_qualities b JOIN qualities q
  ON q.validation_state IS NOT DISTINCT FROM b.validation_state
 AND q.gas_conversion_factor IS NOT DISTINCT FROM b.gas_conversion_factor
ORDER BY b.code;

-- name: collect_newer
-- Successful fetches that are newer than the oldest of the batch.
CREATE OR REPLACE TEMP TABLE newer AS
SELECT fetch_id, provider, metering_point, fetched_at FROM fetches
WHERE outcome = 'ok' AND fetched_at > $oldest;

-- name: collect_overruling
-- Where those fetches have the last word, by series.
CREATE OR REPLACE TEMP TABLE overruling AS
SELECT s.series_id, n.fetched_at, p."start", p."end"
FROM newer n
JOIN fetch_scopes p USING (fetch_id)
JOIN series s ON s.provider = n.provider AND s.metering_point = n.metering_point
             AND s.granularity = p.granularity
WHERE p.speaks;

-- name: load_round
-- Take the rows of a round, with an empty table for the stored rows that they meet.
CREATE OR REPLACE TEMP TABLE incoming AS SELECT *, false AS outdated FROM round_rows;
CREATE OR REPLACE TEMP TABLE met (
    "row" INTEGER, old_row BIGINT, series_id INTEGER, "start" TIMESTAMPTZ, "end" TIMESTAMPTZ,
    "day" DATE, "value" DOUBLE, quality_id SMALLINT, fetch_id INTEGER, superseded_by INTEGER,
    verdict VARCHAR
);

-- name: load_speech
-- Where the round's fetches have the last word, by series that may have stored rows.
CREATE OR REPLACE TEMP TABLE spoken AS
SELECT s.series_id, p.fetch_id, p.fetched_at, p."start", p."end"
FROM round_speech p
JOIN series s ON s.provider = p.provider AND s.metering_point = p.metering_point
             AND s.granularity = p.granularity
WHERE s.series_id < $first_new;

-- name: find_touched
-- The series of which stored rows may meet the round's rows or stretches.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT series_id, bool_or(speaks) AS speaks
FROM (SELECT DISTINCT series_id, false AS speaks FROM incoming WHERE series_id < $first_new
      UNION ALL SELECT series_id, true FROM spoken)
GROUP BY series_id;

-- name: mark_outdated
-- Rows that lie where a newer recorded fetch has the last word.
UPDATE incoming SET outdated = true
FROM overruling o
WHERE o.series_id = incoming.series_id AND o.fetched_at > incoming.fetched_at
  AND o."start" <= incoming."start" AND incoming."end" <= o."end";

-- name: month_bounds
-- Where stored rows may meet the round's, a month at a time: start and series, from first to last.
SELECT min("start") AS "first", max("end") AS "last",
    min(series_id) AS low, max(series_id) AS high
FROM (
    SELECT date_trunc('month', "start") AS "month", "start",
        "start" + INTERVAL 1 MICROSECOND AS "end", series_id
    FROM incoming SEMI JOIN touched USING (series_id)
    UNION ALL
    SELECT "month", greatest("month", "start"), least("month" + INTERVAL 1 MONTH, "end"), series_id
    FROM spoken, unnest(generate_series(
        date_trunc('month', "start"), "end" - INTERVAL 1 MICROSECOND, INTERVAL 1 MONTH
    )) AS months("month")
)
GROUP BY "month" ORDER BY "month";

-- name: meet
-- Set the stored rows of one month beside the incoming ones.
INSERT INTO met
SELECT i."row", v.rowid, v.series_id, v."start", v."end", v."day", v."value", v.quality_id,
    v.fetch_id, i.fetch_id,
    CASE WHEN i."row" IS NULL THEN 'absent'
         WHEN i.outdated OR n.fetch_id IS NOT NULL THEN 'outdated'
         WHEN v."value" IS NOT DISTINCT FROM i."value" AND v.quality_id = i.quality_id
              AND v."end" = i."end" THEN 'unchanged'
         ELSE 'revised' END
FROM "values" v
JOIN touched t ON t.series_id = v.series_id
LEFT JOIN (SELECT * FROM incoming WHERE "start" >= $first AND "start" < $last) i
  ON i.series_id = v.series_id AND i."start" = v."start"
LEFT JOIN newer n ON n.fetch_id = v.fetch_id AND n.fetched_at > i.fetched_at
WHERE v."start" >= $first AND v."start" < $last
  AND v.series_id BETWEEN $low AND $high
  AND (i."row" IS NOT NULL OR t.speaks);

-- name: mark_removed
-- Stored rows that a fetch with the last word no longer carries.
UPDATE met SET verdict = 'removed', superseded_by = p.fetch_id
FROM spoken p
WHERE met.verdict = 'absent' AND p.series_id = met.series_id
  AND p."start" <= met."start" AND met."end" <= p."end"
  AND NOT EXISTS (SELECT 1 FROM newer n
                  WHERE n.fetch_id = met.fetch_id AND n.fetched_at > p.fetched_at)
  AND NOT EXISTS (SELECT 1 FROM overruling o
                  WHERE o.series_id = met.series_id AND o.fetched_at > p.fetched_at
                    AND o."start" <= met."start" AND met."end" <= o."end");

-- name: count_verdicts
-- How many rows met what fate, and how many of the round are new.
SELECT verdict, count(*)
FROM (
    SELECT verdict FROM met WHERE verdict <> 'absent'
    UNION ALL
    SELECT if(outdated, 'outdated', 'inserted') FROM incoming ANTI JOIN met USING ("row")
)
GROUP BY verdict;

-- name: keep_revisions
-- Move revised and removed rows out of the way, with the fetch that ended them.
INSERT INTO revisions
SELECT series_id, "start", "end", "day", "value", quality_id, fetch_id, superseded_by, verdict
FROM met WHERE verdict IN ('revised', 'removed');

-- name: count_changes
-- What comes less what goes, per series and day.
CREATE OR REPLACE TEMP TABLE counted AS
SELECT c.series_id, c."day", sum(sign)::INTEGER AS present,
    coalesce(sum(sign) FILTER (q.validation_state = $estimated), 0)::INTEGER AS estimated,
    coalesce(sum(sign) FILTER (q.gas_conversion_factor = $provisional), 0)::INTEGER AS provisional
FROM (
    SELECT i.series_id, i."day", i."value", i.quality_id, 1 AS sign
    FROM incoming i ANTI JOIN (SELECT "row" FROM met WHERE verdict <> 'revised') m USING ("row")
    WHERE NOT i.outdated
    UNION ALL
    SELECT series_id, "day", "value", quality_id, -1
    FROM met WHERE verdict IN ('revised', 'removed')
) c JOIN qualities q USING (quality_id)
WHERE c."value" IS NOT NULL
GROUP BY c.series_id, c."day";

-- name: change_coverage
-- Bring the coverage up to date with what came and went.
MERGE INTO coverage USING counted
ON coverage.series_id = counted.series_id AND coverage."day" = counted."day"
WHEN MATCHED AND coverage.present + counted.present = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET
    present = coverage.present + counted.present,
    estimated = coverage.estimated + counted.estimated,
    provisional = coverage.provisional + counted.provisional
WHEN NOT MATCHED THEN INSERT
    VALUES (counted.series_id, counted."day", counted.present, counted.estimated,
            counted.provisional);

-- name: revise
-- Write the new word over the rows that it revises, where they lie.
UPDATE "values" SET "end" = u."end", "value" = u."value", quality_id = u.quality_id,
    fetch_id = u.fetch_id
FROM (SELECT m.old_row, i."end", i."value", i.quality_id, i.fetch_id
      FROM met m JOIN incoming i USING ("row") WHERE m.verdict = 'revised') u
WHERE "values".rowid = u.old_row;

-- name: remove
-- Take the removed rows away.
DELETE FROM "values" WHERE rowid IN (SELECT old_row FROM met WHERE verdict = 'removed');

-- name: insert
-- Lay the new rows, by month, series and start.
INSERT INTO "values"
SELECT i.series_id, i."start", i."end", i."day", i."value", i.quality_id, i.fetch_id
FROM incoming i ANTI JOIN met m USING ("row")
WHERE NOT i.outdated
ORDER BY i."row";

-- name: record_fetches
-- Write down what was asked and answered.
INSERT INTO fetches BY NAME SELECT * FROM batch_fetches;

-- name: record_scopes
-- Write down which measured time is settled.
INSERT INTO fetch_scopes BY NAME SELECT * FROM batch_scopes;
