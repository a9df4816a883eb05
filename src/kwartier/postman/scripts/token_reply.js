const said = pm.response.json();

pm.test('a token was granted', () => {
  pm.expect(pm.response.code, said.error_description).to.equal(200);
});

if (pm.response.code === 200) {
  pm.test('it is a bearer token that lives for a while', () => {
    pm.expect(said.token_type).to.equal('Bearer');
    pm.expect(said.expires_in).to.be.a('number').above(0);
    pm.expect(said.access_token.split('.')).to.have.lengthOf(3);
  });

  pm.environment.set('accessToken', said.access_token);
  pm.environment.set('accessTokenEnds', String(Date.now() + said.expires_in * 1000));
}
