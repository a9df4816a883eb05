const reply = pm.response.json();

pm.test('mandates, or 404 Mandates.NotFound where none matches', () => {
  if (pm.response.code === 404) {
    pm.expect(reply.Code || reply.code).to.equal('Mandates.NotFound');
  } else {
    pm.expect(pm.response.code, JSON.stringify(reply)).to.equal(200);
  }
});

if (pm.response.code === 200) {
  const { mandates } = reply.data;

  pm.test(`each has a reference, a status and a data service (${mandates.length})`, () => {
    pm.expect(mandates).to.be.an('array').that.is.not.empty;
    mandates.forEach((one) => {
      pm.expect(one).to.include.keys('referenceNumber', 'status', 'dataServiceType');
      pm.expect(one.status).to.be.oneOf(['Requested', 'Approved', 'Rejected', 'Finished']);
    });
  });

  pm.test('EAN and energy are told where the mandate is approved, and only there', () => {
    mandates.forEach((one) => {
      pm.expect(/^\d{18}$/.test(one.ean)).to.equal(one.status === 'Approved');
      pm.expect(['E', 'G'].includes(one.energyType)).to.equal(one.status === 'Approved');
    });
  });

  pm.test('each is one that was asked for', () => {
    const words = (text) => text.split(/[,;|]/).map((word) => word.trim());
    mandates.forEach((one) => {
      ['referenceNumber', 'ean', 'energyType', 'status', 'renewalStatus']
        .filter((name) => name in asked)
        .forEach((name) => pm.expect(one[name], name).to.equal(asked[name]));
      if ('dataServiceTypes' in asked) {
        pm.expect(words(asked.dataServiceTypes)).to.include(one.dataServiceType);
      }
      if ('mandateExpirationDate' in asked) {
        const expires = Date.parse(one.mandateExpirationDate);
        pm.expect(expires).to.equal(Date.parse(asked.mandateExpirationDate));
      }
    });
  });

  // What the environment leaves open is filled in from here, for the requests that follow.
  const remember = (name, value) => {
    if (value && !pm.environment.get(name)) {
      pm.environment.set(name, value);
    }
  };
  const opens = (energy) => {
    const found = mandates.filter((one) => one.status === 'Approved' && one.energyType === energy);
    return found.find((one) => one.dataServiceType === 'VH_kwartier_uur') || found[0] || {};
  };
  remember('referenceNumber', opens('E').referenceNumber || mandates[0].referenceNumber);
  remember('ean', opens('E').ean);
  remember('gasEan', opens('G').ean);
  const expiring = mandates.find((one) => one.mandateExpirationDate) || {};
  remember('mandateExpirationDate', expiring.mandateExpirationDate);
}
