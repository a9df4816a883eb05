const reply = pm.response.json();

pm.test('energy, or 404 Mandates.NotFound where no mandate opens it', () => {
  if (pm.response.code === 404) {
    pm.expect(reply.Code || reply.code).to.equal('Mandates.NotFound');
  } else {
    pm.expect(pm.response.code, JSON.stringify(reply)).to.equal(200);
  }
});

if (pm.response.code === 200) {
  const { headpoint } = reply.data;
  const measured = [
    headpoint,
    ...(headpoint.physicalMeters || []),
    ...(headpoint.subHeadpoints || []),
  ];
  const slicesOf = (...names) =>
    measured.flatMap((one) => names.flatMap((name) => one[name] || []));
  const days = slicesOf('dailyEnergy');
  const parts = slicesOf('hourlyEnergy', 'quarterHourlyEnergy');
  const slices = [...days, ...parts];
  const values = slices
    .flatMap((one) => one.measurements || [])
    .flatMap((directions) => Object.values(directions))
    .flatMap((registers) => Object.values(registers));

  pm.test('it is about the metering point asked for', () => {
    pm.expect(headpoint.ean).to.equal(asked.ean);
    pm.expect(headpoint.energyType).to.be.oneOf(['E', 'G']);
    pm.expect(headpoint.$type).to.match(/^metering-on-/);
  });

  pm.test(`only the granularity asked for (${days.length} days, ${parts.length} parts)`, () => {
    const wanted = asked.granularity || 'daily,hourly_quarterhourly';
    pm.expect(wanted.includes('daily') || days.length === 0, 'no days').to.equal(true);
    pm.expect(wanted.includes('quarter') || parts.length === 0, 'only days').to.equal(true);
  });

  // Years of quarter-hours are looked through at once; three that are wrong are shown.
  const none = (all, isWrong) => pm.expect(all.filter(isWrong).slice(0, 3)).to.eql([]);

  pm.test('every slice begins before it ends', () => {
    none(slices, (one) => !(Date.parse(one.start) < Date.parse(one.end)));
  });

  if (asked.periodType === 'readTime') {
    pm.test('every slice lies within the period asked for', () => {
      const [from, to] = [Date.parse(asked.from), Date.parse(asked.to)];
      none(slices, (one) => !(from <= Date.parse(one.start) && Date.parse(one.end) <= to));
    });
  }

  pm.test('every value is a number, or missing, with its unit and its state', () => {
    const isValue = (value) => value === undefined || value === null || Number.isFinite(value);
    const states = ['READ', 'EST', 'VAL', 'NVAL'];
    none(values, (one) => !isValue(one.value));
    none(values, (one) => typeof one.unit !== 'string');
    none(values, (one) => !states.includes(one.validationState));
  });

  pm.test('only the kind of energy asked for', () => {
    const kinds = (asked.complexEnergyTypes || 'active,reactive').split(/[,;|]/);
    if (!kinds.includes('reactive')) {
      none(values, (one) => one.unit === 'kVArh');
    }
    if (!kinds.includes('active') && headpoint.energyType === 'E') {
      none(values, (one) => one.unit === 'kWh');
    }
  });
}
