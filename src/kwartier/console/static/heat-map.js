/* The heat map by keyboard: one tab stop, arrows from day to day, Enter to draw the day. */
"use strict";

document.querySelectorAll("[data-heat-map]").forEach((table) => {
  const says = document.querySelector("[data-heat-says]");
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td[data-day]")]);
  const cells = rows.flat();
  if (!cells.length) return;
  let current = cells[0];

  function tell(cell) {
    says.textContent = `${cell.dataset.day}: ${cell.textContent}`;
  }

  function take(cell, isFocused) {
    current.tabIndex = -1;
    current = cell;
    current.tabIndex = 0;
    if (isFocused) current.focus();
  }

  function draw(cell) {
    location.href = `${table.dataset.chart}&month=${cell.dataset.day.slice(0, 7)}&day=${cell.dataset.day}`;
  }

  const moves = {
    ArrowLeft: (row, column) => rows[row][column - 1],
    ArrowRight: (row, column) => rows[row][column + 1],
    ArrowUp: (row, column) => row > 0 && rows[row - 1][Math.min(column, rows[row - 1].length - 1)],
    ArrowDown: (row, column) =>
      row + 1 < rows.length && rows[row + 1][Math.min(column, rows[row + 1].length - 1)],
    Home: (row) => rows[row][0],
    End: (row) => rows[row][rows[row].length - 1],
  };

  cells.forEach((cell) => (cell.tabIndex = -1));
  current.tabIndex = 0;
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!cell) return;
    if (event.key === "Enter") draw(cell);
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const row = rows.findIndex((some) => some.includes(cell));
    const next = move(row, rows[row].indexOf(cell));
    if (next) take(next, true);
  });
  table.addEventListener("focusin", (event) => event.target.matches("td[data-day]") && tell(event.target));
  table.addEventListener("mouseover", (event) => event.target.matches("td[data-day]") && tell(event.target));
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (cell) draw(cell);
  });
});
