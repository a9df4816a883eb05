-- name: timelines_of_batch
-- All that is known of the time of the batch's metering points.
SELECT rowid AS old_row, metering_point, granularity, kind,
    epoch_us("start"), epoch_us("end"), times, epoch_us(last_at)
FROM timelines SEMI JOIN batch_points USING (metering_point)
ORDER BY kind, "start";

-- name: move_timelines
-- Write new stretches over rows that no longer hold.
UPDATE timelines SET kind = c.kind, "start" = c."start", "end" = c."end", times = c.times,
    last_at = c.last_at
FROM changed_timelines c WHERE timelines.rowid = c.old_row;

-- name: add_timelines
-- Keep new stretches.
INSERT INTO timelines BY NAME SELECT * EXCLUDE (old_row) FROM changed_timelines;

-- name: remove_timelines
-- Take stretches away that no longer hold.
DELETE FROM timelines WHERE rowid IN (SELECT old_row FROM changed_timelines);

-- name: asked_timelines
-- What is known of the time of some metering points, by granularity, and of which: each stretch in
-- words with a blank between them, in no order. Those of whom the same is said are named together.
SELECT granularity, said, list(point) AS points
FROM (
    SELECT point, granularity, string_agg(
        concat_ws(' ', kind, epoch_us("start"), epoch_us("end"), times, epoch_us(last_at)), ','
    ) AS said
    FROM timelines JOIN asked_points USING (metering_point)
    GROUP BY point, granularity
)
GROUP BY granularity, said
ORDER BY granularity, min(point);

-- name: points_with_timelines
-- The metering points of which something is known.
SELECT DISTINCT metering_point FROM timelines ORDER BY metering_point;

-- name: read_time_scopes
-- What successful read-time fetches of the batch's metering points asked for, in order.
SELECT f.metering_point, p.granularity, epoch_us(p."start"), epoch_us(p."end"), f.planned_at
FROM fetches f SEMI JOIN batch_points USING (metering_point) JOIN fetch_scopes p USING (fetch_id)
ORDER BY f.fetch_id;
