/* The chart of a metering point: draws all curves at once, zooms by mouse, keyboard and buttons. */
"use strict";

(function () {
  const COLOURS = ["#0b5fa5", "#b5541c", "#1b6b3a", "#7a3b96", "#8a6d00", "#a3201c"];
  const SHADES = [
    [kwartier.ABSENT, "#dfe3e8"],
    [kwartier.NOT_MEASURED, "#fbe3b0"],
    [kwartier.NOT_DEFINITIVE, "#dbe7fb"],
  ];
  const DOWNWARDS = "injection";
  const LEAST_SLICES = 4;
  const HEIGHT = 340;

  class Chart {
    constructor(section, data) {
      this.section = section;
      this.data = data;
      this.clock = new kwartier.Clock(data.clock);
      this.plot = section.querySelector("[data-plot]");
      this.says = section.querySelector("[data-says]");
      this.range = section.querySelector("[data-range]");
      this.measure = section.querySelector("[data-measure]");
      this.span = null;
      this.measured = new Map();
      this.shown = new Set(data.curves.filter((curve) => curve.is_shown));
      if (!this.shown.size && data.curves.length) this.shown.add(data.curves[0]);
      this.offerCurves();
      this.listen();
      [this.low, this.high] = this.begin();
      this.draw();
    }

    /* What is looked at first: the day or month that the address names, or all. */
    begin() {
      const asked = new URLSearchParams(location.search);
      for (const span of ["day", "month"]) {
        const [year, month, day] = (asked.get(span) || "").split("-").map(Number);
        if (!year || !month) continue;
        this.span = span;
        const at = this.clock.instant(year, month - 1, day || 1, 12);
        return this.snapped(span, at);
      }
      return [this.data.begin, this.data.end];
    }

    offerCurves() {
      const fieldset = this.section.querySelector("fieldset");
      this.data.curves.forEach((curve, i) => {
        curve.colour = COLOURS[i % COLOURS.length];
        const label = document.createElement("label");
        const box = document.createElement("input");
        const swatch = document.createElement("span");
        curve.text = document.createElement("span");
        box.type = "checkbox";
        box.checked = this.shown.has(curve);
        box.addEventListener("change", () => {
          if (box.checked) this.shown.add(curve);
          else this.shown.delete(curve);
          this.draw();
        });
        swatch.className = "swatch";
        swatch.style.backgroundColor = curve.colour;
        label.append(box, swatch, curve.text);
        fieldset.append(label);
      });
    }

    listen() {
      this.measure.addEventListener("change", () => this.draw());
      this.section.querySelectorAll("[data-span]").forEach((button) => {
        button.addEventListener("click", () => this.look(button.dataset.span));
      });
      this.section.querySelectorAll("[data-move]").forEach((button) => {
        button.addEventListener("click", () => this.move(button.dataset.move));
      });
      const keys = {
        ArrowLeft: "earlier", ArrowRight: "later", "+": "in", "=": "in", "-": "out", Home: "all",
      };
      this.plot.addEventListener("keydown", (event) => {
        const move = keys[event.key];
        if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        if (move === "all") this.look("all");
        else this.move(move);
      });
      new ResizeObserver(() => {
        if (this.u) this.u.setSize({ width: this.plot.clientWidth, height: HEIGHT });
      }).observe(this.plot);
    }

    /* The local day, week, month or year that holds an instant. */
    snapped(span, at) {
      const wall = this.clock.wall(at);
      const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
      const monday = day - ((wall.getUTCDay() + 6) % 7);
      const edges = {
        day: [[year, month, day], [year, month, day + 1]],
        week: [[year, month, monday], [year, month, monday + 7]],
        month: [[year, month, 1], [year, month + 1, 1]],
        year: [[year, 0, 1], [year + 1, 0, 1]],
      }[span];
      return edges.map((edge) => this.clock.instant(...edge));
    }

    look(span) {
      const isAll = this.low <= this.data.begin && this.high >= this.data.end;
      const at = isAll ? this.data.end - 1 : (this.low + this.high) / 2;
      this.span = span === "all" ? null : span;
      const [low, high] = this.span ? this.snapped(span, at) : [this.data.begin, this.data.end];
      this.show(low, high);
    }

    move(how) {
      const width = this.high - this.low;
      const middle = (this.low + this.high) / 2;
      if (how === "in" || how === "out") {
        this.span = null;
        const half = how === "in" ? width / 4 : width;
        this.show(middle - half, middle + half);
      } else if (this.span) {
        this.show(...this.snapped(this.span, how === "later" ? this.high + 1 : this.low - 1));
      } else {
        const by = how === "later" ? width / 2 : -width / 2;
        this.show(this.low + by, this.high + by);
      }
    }

    /* Look at what lies between two instants, as far as there is anything, and tell of it. */
    show(low, high) {
      const least = LEAST_SLICES * (kwartier.lengthOf(this.data, 0) || 1);
      const { begin, end } = this.data;
      if (high - low >= end - begin) [low, high] = [begin, end];
      else if (high - low < least) high = low + least;
      if (high <= begin || low >= end) return;
      if (!this.span && low < begin) [low, high] = [begin, begin + high - low];
      if (!this.span && high > end) [low, high] = [end - (high - low), end];
      [this.low, this.high] = [low, high];  // the plot itself sees to it in a moment
      this.u.setScale("x", { min: low, max: high });
      this.tellRange();
    }

    /* What is drawn of a curve: an amount a slice, or what that is an hour. */
    amountsOf(curve) {
      if (this.measure.value === "amount") return curve.amounts;
      if (!this.measured.has(curve)) {
        const power = curve.amounts.map((amount, i) =>
          amount === null ? null : (amount * 3600) / kwartier.lengthOf(this.data, i)
        );
        this.measured.set(curve, power);
      }
      return this.measured.get(curve);
    }

    /* The same as it is drawn: what is given to the grid lies beneath zero. */
    heightsOf(curve) {
      const amounts = this.amountsOf(curve);
      if (curve.direction !== DOWNWARDS) return amounts;
      return amounts.map((amount) => (amount === null ? null : -amount));
    }

    unitOf(curve) {
      if (this.measure.value === "amount") return curve.unit;
      return curve.unit === "kWh" ? "kW" : `${curve.unit} an hour`;
    }

    /* What each curve is called, in the unit that is drawn. */
    nameCurves() {
      for (const curve of this.data.curves) {
        const how = curve.direction === DOWNWARDS ? ", downwards" : "";
        curve.text.textContent = `${curve.label} (${this.unitOf(curve)})${how}`;
      }
    }

    draw() {
      if (this.u) this.u.destroy();
      this.nameCurves();
      const curves = [...this.shown];
      const units = [...new Set(curves.map((curve) => this.unitOf(curve)))];
      this.stretches = SHADES.map(([state, colour]) => [
        colour,
        kwartier.stretches(this.data, curves, state),
      ]);
      const scales = { x: { time: false, min: this.low, max: this.high } };
      units.forEach((unit) => (scales[unit] = { range: (u, low, high) => fitting(low, high) }));
      const options = {
        width: this.plot.clientWidth,
        height: HEIGHT,
        padding: [null, 36, null, null],
        legend: { show: false },
        cursor: {
          drag: { x: true, y: false },
          y: false,
          bind: { dblclick: () => () => this.look("all") },
        },
        scales,
        axes: [this.axisOfTime(), ...units.map(axisOfUnit)],
        series: [{}, ...curves.map((curve) => this.seriesOf(curve))],
        hooks: {
          drawClear: [(u) => this.shade(u)],
          draw: [() => this.drawn()],
          setScale: [(u, key) => key === "x" && this.scaled(u)],
          setCursor: [(u) => this.point(u)],
        },
      };
      const rows = [this.data.starts, ...curves.map((curve) => this.heightsOf(curve))];
      this.u = new uPlot(options, rows, this.plot);
      this.u.over.addEventListener("mousedown", () => (this.span = null));
    }

    seriesOf(curve) {
      const stepped = uPlot.paths.stepped({ align: 1 });
      const linear = uPlot.paths.linear();
      return {
        label: curve.label,
        scale: this.unitOf(curve),
        stroke: curve.colour,
        width: 1.25,
        points: { show: false },
        paths: (u, i, first, last) =>
          (last - first > 2 * this.plot.clientWidth ? linear : stepped)(u, i, first, last),
      };
    }

    axisOfTime() {
      const most = () => Math.max(2, Math.floor(this.plot.clientWidth / 95));
      let marks = { unit: "day", found: [] };
      return {
        size: 46,
        font: "12px system-ui, sans-serif",
        splits: (u, axis, low, high) => {
          marks = kwartier.marks(this.clock, low, high, most());
          return marks.found;
        },
        values: () => kwartier.markTexts(this.clock, marks),
      };
    }

    /* Behind the curves: what is estimated, provisional, or not there. */
    shade(u) {
      const { starts, count, end } = this.data;
      const { left, top, width, height } = u.bbox;
      for (const [colour, stretches] of this.stretches) {
        u.ctx.fillStyle = colour;
        for (const [first, after] of stretches) {
          const until = after < count ? starts[after] : end;
          if (until <= this.low || starts[first] >= this.high) continue;
          const from = Math.max(left, u.valToPos(starts[first], "x", true));
          const to = Math.min(left + width, u.valToPos(until, "x", true));
          u.ctx.fillRect(from, top, Math.max(1, to - from), height);
        }
      }
    }

    scaled(u) {
      this.low = u.scales.x.min;
      this.high = u.scales.x.max;
      this.section.dataset.low = this.low;
      this.section.dataset.high = this.high;
      this.range.textContent = this.rangeText();
    }

    rangeText() {
      return `${this.clock.moment(this.low)} to ${this.clock.moment(this.high)}, Brussels' time`;
    }

    drawn() {
      if (this.section.dataset.drawn) return;
      this.section.dataset.drawn = "true";
      performance.mark("curves-drawn");
    }

    /* The slice under the mouse, in words. */
    point(u) {
      const at = u.cursor.idx;
      if (at === null || at === undefined || u.cursor.left < 0) return;
      const told = [...this.shown].map((curve) => {
        const amount = this.amountsOf(curve)[at];
        const state = curve.states[at] === kwartier.NOT_MEASURED ? ", estimated or not validated" : "";
        const text = amount === null ? "nothing there" : `${amount.toFixed(3)} ${this.unitOf(curve)}`;
        return `${curve.label} ${text}${state}`;
      });
      this.says.textContent = `${this.clock.moment(this.data.starts[at])}: ${told.join("; ")}`;
    }

    /* What is looked at, and its highest, in words. */
    tellRange() {
      const first = kwartier.sliceAt(this.data, this.low);
      const last = kwartier.sliceAt(this.data, this.high - 1);
      const told = [...this.shown].map((curve) => {
        const amounts = this.amountsOf(curve);
        let best = -1;
        for (let i = first; i <= last; i++) {
          if (amounts[i] !== null && (best < 0 || amounts[i] > amounts[best])) best = i;
        }
        if (best < 0) return `${curve.label}: nothing there`;
        const highest = `${amounts[best].toFixed(3)} ${this.unitOf(curve)}`;
        return `${curve.label}: at most ${highest}, ${this.clock.moment(this.data.starts[best])}`;
      });
      this.says.textContent = `${this.rangeText()}. ${told.join("; ")}.`;
    }
  }

  function axisOfUnit(unit, i) {
    return {
      scale: unit,
      side: i % 2 ? 1 : 3,
      label: unit,
      size: 56,
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      grid: { show: i === 0 },
      values: (u, marks) => marks.map((mark) => `${Math.abs(mark)}`),
    };
  }

  /* From zero, unless something lies beneath, to a little above the highest. */
  function fitting(low, high) {
    if (low === null || high === null) return [0, 1];
    return [Math.min(0, low * 1.05), high > 0 ? high * 1.05 : low < 0 ? 0 : 1];
  }

  const section = document.querySelector("[data-curves]");
  if (!section) return;
  document.querySelector("[data-without-script]").hidden = true;
  fetch(section.dataset.curves)
    .then((answer) => {
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      return answer.arrayBuffer();
    })
    .then((buffer) => {
      performance.mark("curves-arrived");
      const data = kwartier.unpack(buffer);
      if (!data.count || !data.curves.length) return;
      section.hidden = false;
      section.chart = new Chart(section, data);
    })
    .catch((error) => {
      section.hidden = true;
      document.querySelector("[data-chart-failed]").hidden = false;
      console.error(error);
    });
})();
