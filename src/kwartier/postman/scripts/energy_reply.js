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

  pm.test('every slice begins before it ends', () => {
    slices.forEach((one) => pm.expect(Date.parse(one.end)).to.be.above(Date.parse(one.start)));
  });

  if (asked.periodType === 'readTime') {
    pm.test('every slice lies within the period asked for', () => {
      slices.forEach((one) => {
        pm.expect(Date.parse(one.start)).to.be.at.least(Date.parse(asked.from));
        pm.expect(Date.parse(one.end)).to.be.at.most(Date.parse(asked.to));
      });
    });
  }

  pm.test('every value is a number, or missing, with its unit and its state', () => {
    values.forEach((one) => {
      pm.expect(one.value === undefined || one.value === null || Number.isFinite(one.value))
        .to.equal(true);
      pm.expect(one.unit).to.be.a('string');
      pm.expect(one.validationState).to.be.oneOf(['READ', 'EST', 'VAL', 'NVAL']);
    });
  });

  pm.test('only the kind of energy asked for', () => {
    const kinds = (asked.complexEnergyTypes || 'active,reactive').split(/[,;|]/);
    const units = values.map((one) => one.unit);
    if (!kinds.includes('reactive')) {
      pm.expect(units).to.not.include('kVArh');
    }
    if (!kinds.includes('active') && headpoint.energyType === 'E') {
      pm.expect(units).to.not.include('kWh');
    }
  });
}
