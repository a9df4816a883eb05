-- name: next_fetch_id
-- The number of the next fetch.
SELECT coalesce(max(fetch_id) + 1, 0) FROM fetches;

-- name: next_series_id
-- The number of the next series.
SELECT coalesce(max(series_id) + 1, 0) FROM series;

-- name: known_series
-- The series of the batch's metering points: number, what identifies them, what describes them.
SELECT series_id, provider, metering_point, energy_type, source, meter_id, sub_headpoint,
    granularity, direction, register, unit,
    metering_type, seq_number, sub_headpoint_type, installation_type, vreg_id, described_at
FROM series SEMI JOIN batch_points USING (metering_point)
ORDER BY series_id;

-- name: add_series
-- Keep the series that the batch brought.
INSERT INTO series BY NAME SELECT * FROM new_series;

-- name: describe_series
-- Keep the descriptions that changed.
UPDATE series SET
    metering_type = n.metering_type, seq_number = n.seq_number,
    sub_headpoint_type = n.sub_headpoint_type, installation_type = n.installation_type,
    vreg_id = n.vreg_id, described_at = n.described_at
FROM new_descriptions n WHERE series.series_id = n.series_id;

-- name: known_qualities
-- The pairs of validation state and gas conversion factor, by number.
SELECT validation_state, gas_conversion_factor FROM qualities ORDER BY quality_id;

-- name: add_qualities
-- Keep the pairs that the batch brought.
INSERT INTO qualities BY NAME SELECT * FROM new_qualities;

-- name: newer_fetches
-- Successful fetches of the batch's metering points that are newer than its oldest.
SELECT fetch_id, epoch_us(fetched_at) AS fetched_at
FROM fetches SEMI JOIN batch_points USING (metering_point)
WHERE outcome = 'ok' AND fetched_at > $oldest
ORDER BY fetch_id;

-- name: newer_stretches
-- Where those fetches have the last word.
SELECT f.provider, f.metering_point, p.granularity,
    epoch_us(p."start"), epoch_us(p."end"), epoch_us(f.fetched_at), f.fetch_id
FROM fetches f SEMI JOIN batch_points USING (metering_point) JOIN fetch_scopes p USING (fetch_id)
WHERE f.outcome = 'ok' AND f.fetched_at > $oldest;

-- name: meet_spoken
-- The stored rows within the bounds, of series for which a fetch of the round speaks.
SELECT rowid AS old_row, series_id, "start", duration_us, "value", quality_id, fetch_id
FROM "values" SEMI JOIN spoken USING (series_id)
WHERE "start" BETWEEN make_timestamptz($first) AND make_timestamptz($last)
  AND series_id BETWEEN $low AND $high;

-- name: meet_sought
-- The stored rows of the same series and start as incoming ones.
SELECT rowid AS old_row, series_id, "start", duration_us, "value", quality_id, fetch_id
FROM "values" SEMI JOIN sought USING (series_id, "start")
WHERE "start" BETWEEN make_timestamptz($first) AND make_timestamptz($last)
  AND series_id BETWEEN $low AND $high;

-- name: keep_revisions
-- Keep revised and removed rows, with the fetch that ended them.
INSERT INTO revisions BY NAME SELECT * FROM changing;

-- name: revise
-- Write the new word over the rows that it revises, where they lie.
UPDATE "values" SET duration_us = c.duration_us, "value" = c."value", quality_id = c.quality_id,
    fetch_id = c.fetch_id
FROM changing c WHERE "values".rowid = c.old_row;

-- name: remove
-- Take the removed rows away.
DELETE FROM "values" WHERE rowid IN (SELECT old_row FROM changing);

-- name: insert
-- Lay the new rows, by month, series and start.
INSERT INTO "values" BY NAME SELECT * FROM changing;

-- name: touched_coverage
-- The counts of the wanted series and days, within bounds.
SELECT rowid AS old_row, series_id, "day", present, estimated, provisional
FROM coverage SEMI JOIN wanted_cells USING (series_id, "day")
WHERE "day" BETWEEN $first AND $last AND series_id BETWEEN $low AND $high;

-- name: add_coverage
-- Count days of which nothing was counted.
INSERT INTO coverage BY NAME SELECT * EXCLUDE (old_row) FROM counted;

-- name: update_coverage
-- Count days anew.
UPDATE coverage SET present = c.present, estimated = c.estimated, provisional = c.provisional
FROM counted c WHERE coverage.rowid = c.old_row;

-- name: forget_coverage
-- Take the days away of which nothing is left.
DELETE FROM coverage WHERE rowid IN (SELECT old_row FROM counted);

-- name: kin_coverage
-- All counts of some series.
SELECT series_id, "day", present, estimated, provisional
FROM coverage SEMI JOIN kin_series USING (series_id);

-- name: record_fetches
-- Write down what was asked and answered.
INSERT INTO fetches BY NAME SELECT * FROM batch_fetches;

-- name: record_scopes
-- Write down where read-time fetches have the last word.
INSERT INTO fetch_scopes BY NAME SELECT * FROM batch_scopes;
