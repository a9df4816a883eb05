-- name: find_pieces
-- The asked stretches of each wanted series, in order of time.
SELECT s.number AS stretch, w.series_id, s."start" AS "first", s."end" AS "last"
FROM asked_stretches s JOIN wanted_series w USING (metering_point, energy_type)
ORDER BY "first", "last", w.series_id;

-- name: group_by_number
-- Find groups by their numbers rather than by hash: 65,536 pairs of a series and a quality, not 4,096.
SET perfect_ht_threshold = 16;

-- name: sum_alike
-- Sum up series over the same stretch of time: the values come first, without a look at which are wanted.
-- "<=" says no more than "=" beside it, but has the scan pass over what is too small for any maximum.
WITH summed AS MATERIALIZED (
    SELECT series_id, quality_id, count("value") AS present, max("value") AS greatest,
        bit_or(epoch_us("start") % $step) <> 0 AS off_grid
    FROM "values"
    WHERE "start" >= $first AND "start" < $last AND series_id BETWEEN $low AND $high
      AND duration_us = $step
    GROUP BY series_id, quality_id
), wanted AS MATERIALIZED (
    SELECT p.stretch, s.* FROM summed s JOIN pieces p USING (series_id)
), firsts AS (
    SELECT w.stretch, w.series_id, w.quality_id, min(v."start") AS greatest_at
    FROM "values" v
    JOIN wanted w ON w.series_id = v.series_id AND w.quality_id = v.quality_id
        AND w.greatest = v."value" AND w.greatest <= v."value"
    WHERE v."start" >= $first AND v."start" < $last AND v.series_id BETWEEN $low AND $high
      AND v.duration_us = $step
    GROUP BY w.stretch, w.series_id, w.quality_id
)
SELECT stretch, series_id, quality_id, present, greatest, greatest_at, off_grid
FROM wanted LEFT JOIN firsts USING (stretch, series_id, quality_id);

-- name: sum_apart
-- Sum up series each over its own stretches of time, which all lie within the bounds.
WITH summed AS MATERIALIZED (
    SELECT p.stretch, series_id, quality_id, count("value") AS present, max("value") AS greatest,
        bit_or(epoch_us("start") % $step) <> 0 AS off_grid
    FROM "values" JOIN pieces p USING (series_id)
    WHERE "start" >= $first AND "start" < $last AND series_id BETWEEN $low AND $high
      AND duration_us = $step AND "start" >= p."first" AND "start" < p."last"
    GROUP BY p.stretch, series_id, quality_id
), firsts AS (
    SELECT s.stretch, s.series_id, s.quality_id, min(v."start") AS greatest_at
    FROM "values" v
    JOIN summed s ON s.series_id = v.series_id AND s.quality_id = v.quality_id
        AND s.greatest = v."value" AND s.greatest <= v."value"
    JOIN pieces p ON p.stretch = s.stretch AND p.series_id = s.series_id
    WHERE v."start" >= $first AND v."start" < $last AND v.series_id BETWEEN $low AND $high
      AND v.duration_us = $step AND v."start" >= p."first" AND v."start" < p."last"
    GROUP BY s.stretch, s.series_id, s.quality_id
)
SELECT stretch, series_id, quality_id, present, greatest, greatest_at, off_grid
FROM summed LEFT JOIN firsts USING (stretch, series_id, quality_id);
