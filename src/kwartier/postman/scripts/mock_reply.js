const reply = pm.response.json();

pm.test('the mandate was made', () => {
  pm.expect(pm.response.code, JSON.stringify(reply)).to.equal(200);
  pm.expect(reply.data.status).to.equal('success');
});
