/* Brussels' clock, as the server tells it: the same in every browser, across clock changes too. */
"use strict";

window.kwartier = window.kwartier || {};

/* A clock that follows `changes`: pairs of an instant and the offset from then on, in seconds. */
kwartier.Clock = class {
  constructor(changes) {
    this.changes = changes;
  }

  offset(at) {
    let found = this.changes[0][1];
    for (const [since, offset] of this.changes) if (at >= since) found = offset;
    return found;
  }

  /* The wall clock at an instant, as a date whose UTC parts are what the clock shows. */
  wall(at) {
    return new Date((at + this.offset(at)) * 1000);
  }

  /* The instant at which the clock shows this; the first, if it does twice; if it skips it, the
     instant of the change. */
  instant(year, month, day, hour = 0, minute = 0) {
    const shown = Date.UTC(year, month, day, hour, minute) / 1000;
    const fitting = this.changes
      .map(([, offset]) => shown - offset)
      .filter((at) => at + this.offset(at) === shown);
    return fitting.length ? Math.min(...fitting) : shown - this.offset(shown - 86400);
  }

  day(at) {
    return this.wall(at).toISOString().slice(0, 10);
  }

  time(at) {
    return this.wall(at).toISOString().slice(11, 16);
  }

  /* `2026-10-25 02:15 (second time)`: the hour that is shown twice is told apart. */
  moment(at) {
    const text = `${this.day(at)} ${this.time(at)}`;
    return this.offset(at - 3600) > this.offset(at) ? `${text} (second time)` : text;
  }
};

kwartier.STEPS = [
  ["minute", 15], ["hour", 1], ["hour", 3], ["hour", 6], ["hour", 12],
  ["day", 1], ["day", 2], ["day", 7], ["month", 1], ["month", 3], ["month", 6], ["year", 1],
];
const SECONDS = { minute: 60, hour: 3600, day: 86400, month: 30.4 * 86400, year: 365 * 86400 };

/* Where an axis from `low` to `high` that has room for `most` marks is marked: on the wall clock's
   quarters, hours, days, months or years. */
kwartier.marks = function (clock, low, high, most) {
  const fits = ([unit, count]) => (high - low) / (SECONDS[unit] * count) <= most;
  const [unit, count] = kwartier.STEPS.find(fits) || kwartier.STEPS[kwartier.STEPS.length - 1];
  const begin = clock.wall(low);
  const [year, month, day] = [begin.getUTCFullYear(), begin.getUTCMonth(), begin.getUTCDate()];
  const found = [];
  for (let i = 0; i < 2000; i++) {
    let at;
    if (unit === "year") at = clock.instant(year + i * count, 0, 1);
    else if (unit === "month") at = clock.instant(year, month - (month % count) + i * count, 1);
    else if (unit === "day") at = clock.instant(year, month, day - ((day - 1) % count) + i * count);
    else {
      const seconds = SECONDS[unit] * count;
      at = clock.instant(year, month, day) + i * seconds;
      if (seconds > 3600) {
        const perDay = 86400 / seconds;
        at = clock.instant(year, month, day + Math.floor(i / perDay), (i % perDay) * (seconds / 3600));
      }
    }
    if (at > high) break;
    if (at >= low) found.push(at);
  }
  return { unit, found };
};

/* What is written at each mark: the day where a new one begins, the month, the year. */
kwartier.markTexts = function (clock, { unit, found }) {
  return found.map((at, i) => {
    const day = clock.day(at);
    if (unit === "year") return day.slice(0, 4);
    if (unit === "month") return day.slice(0, 7);
    if (unit === "day") return day;
    const isNew = i === 0 || clock.day(found[i - 1]) !== day;
    return isNew ? `${clock.time(at)}\n${day}` : clock.time(at);
  });
};
