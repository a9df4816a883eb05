/* Curves as the server packs them (kwartier.console.customer.packing), and looking into them. */
"use strict";

window.kwartier = window.kwartier || {};

/* The states of a slice. */
kwartier.ABSENT = 0;
kwartier.AS_MEASURED = 1;
kwartier.NOT_MEASURED = 2;
kwartier.NOT_DEFINITIVE = 3;

/* What stands in `buffer`: the head, and for each curve `amounts` (null where nothing whole is
   there) and `states`; `starts` are the begins of the slices in seconds. */
kwartier.unpack = function (buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const count = head.count;
  let at = 4 + length;
  let starts;
  if (head.step === null) {
    starts = new Float64Array(buffer, at, count);
    at += 8 * count;
  } else {
    starts = new Float64Array(count);
    for (let i = 0; i < count; i++) starts[i] = head.begin + i * head.step;
  }
  for (const curve of head.curves) {
    const amounts = new Float32Array(buffer, at, count);
    at += 4 * count;
    curve.amounts = new Array(count);
    for (let i = 0; i < count; i++) {
      const amount = amounts[i];
      curve.amounts[i] = amount === amount ? amount : null;
    }
  }
  for (const curve of head.curves) {
    curve.states = new Uint8Array(buffer, at, count);
    at += count;
  }
  return { ...head, starts };
};

/* How long slice `i` lasts, in seconds. */
kwartier.lengthOf = function (data, i) {
  if (data.step !== null) return data.step;
  return (i + 1 < data.count ? data.starts[i + 1] : data.end) - data.starts[i];
};

/* The slice that holds the instant `at`, within what there is. */
kwartier.sliceAt = function (data, at) {
  let low = 0;
  let high = data.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (data.starts[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
};

/* Stretches of slices that follow each other and are in `state`, of any of `curves`: [first, after]. */
kwartier.stretches = function (data, curves, state) {
  const found = [];
  let first = -1;
  for (let i = 0; i <= data.count; i++) {
    let holds = false;
    if (i < data.count) {
      for (const curve of curves) {
        if (curve.states[i] === state) {
          holds = true;
          break;
        }
      }
    }
    if (holds && first < 0) first = i;
    if (!holds && first >= 0) {
      found.push([first, i]);
      first = -1;
    }
  }
  return found;
};
