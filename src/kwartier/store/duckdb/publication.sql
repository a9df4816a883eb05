-- name: last_numbers
-- The last fetch and the last series, and how many rows are held.
SELECT (SELECT coalesce(max(fetch_id), -1) FROM fetches) AS fetch_id,
    (SELECT coalesce(max(series_id), -1) FROM series) AS series_id,
    (SELECT count(*) FROM "values") AS rows;

-- name: fetch_digest
-- What tells a fetch from another of the same number.
SELECT coalesce(max(hash(provider, metering_point, kind, window_start, planned_at, fetched_at,
    outcome))::VARCHAR, '') AS digest
FROM fetches WHERE fetch_id = $fetch_id;

-- name: series_digest
-- What tells whether a series was renamed, described anew or taken away.
SELECT coalesce(bit_xor(hash(series_id, provider, metering_point, energy_type, source, meter_id,
    sub_headpoint, granularity, direction, register, unit, metering_type, seq_number,
    sub_headpoint_type, installation_type, vreg_id))::VARCHAR, '') AS digest
FROM series WHERE series_id <= $series_id;

-- name: growth_since
-- How many rows the fetches after one brought, less those that they took away of what was there.
SELECT (SELECT count(*) FROM "values" WHERE fetch_id > $fetch_id)
    - (SELECT count(*) FROM revisions WHERE superseded_by > $fetch_id AND fetch_id <= $fetch_id);

-- name: hours_since
-- The hours, counted from 1970, of the rows that fetches after one brought, revised or removed.
SELECT DISTINCT epoch_us("start") // 3600000000
FROM (
    SELECT "start" FROM "values" WHERE fetch_id > $fetch_id
    UNION ALL
    SELECT "start" FROM revisions WHERE superseded_by > $fetch_id
);

-- name: bounds_of_values
-- The first and the last start of a value, in microseconds since 1970.
SELECT epoch_us(min("start")) AS "first", epoch_us(max("start")) AS "last" FROM "values";

-- name: count_of_stretch
-- The rows of a stretch of time, and those of fetches after one.
SELECT count(*) AS rows, count(*) FILTER (fetch_id > $fetch_id) AS new
FROM "values" WHERE "start" >= $first AND "start" < $last;

-- name: all_points
-- The metering points that have series, in order.
SELECT DISTINCT metering_point FROM series ORDER BY metering_point;

-- name: all_publications
-- The folders of published datasets, in order.
SELECT folder FROM publications ORDER BY folder;

-- name: add_publication
-- Keep in mind that a dataset is published in a folder.
INSERT INTO publications SELECT $folder WHERE $folder NOT IN (SELECT folder FROM publications);

-- name: remove_publication
-- No dataset is published in a folder any more.
DELETE FROM publications WHERE folder = $folder;
