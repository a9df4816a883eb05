-- name: lay_over
-- Lay a temporary table of the series of some metering points over that of all.
CREATE TEMP TABLE series AS SELECT * FROM series WHERE list_contains($points, metering_point);

-- name: take_away
-- Take the temporary table away again.
DROP TABLE temp.series;
