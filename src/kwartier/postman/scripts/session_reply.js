const reply = pm.response.json();

pm.test('the request was accepted', () => {
  pm.expect(pm.response.code, JSON.stringify(reply)).to.equal(200);
});

if (pm.response.code === 200) {
  pm.test('a short URL was made (if not: is dataAccessContractNumber right?)', () => {
    pm.expect(reply.data.status).to.equal('success');
    pm.expect(reply.data.shortUrlIdentifier).to.match(/^[0-9a-f]{64}$/i);
  });

  pm.test('it is valid for a day', () => {
    const life = Date.parse(reply.data.validTo) - Date.parse(reply._meta.fetchTime);
    pm.expect(life / 3600000).to.be.closeTo(24, 0.1);
  });

  const page = pm.environment.get('portalUrl');
  pm.environment.set('consentUrl', `${page}?id=${reply.data.shortUrlIdentifier}`);
}
