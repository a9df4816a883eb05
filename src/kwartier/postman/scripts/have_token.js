// Every request but those that sign in themselves gets a token here. It is kept in the environment
// and used again until a minute before it ends.

const tokenUrl = pm.environment.get('tokenUrl');
const isSigningIn = pm.variables.replaceIn(pm.request.url.toString()) === tokenUrl;
const tokenEnds = Number(pm.environment.get('accessTokenEnds') || 0);
const isKept = pm.environment.get('accessToken') && Date.now() < tokenEnds - 60 * 1000;
const assertionEnds = pm.environment.get('clientAssertionEnds');

if (!tokenUrl) {
  giveUp('choose the environment that `kwartier postman` wrote, and send again');
} else if (!isSigningIn && !isKept && assertionEnds && Date.now() > Date.parse(assertionEnds)) {
  giveUp(
    `the client assertion ended at ${assertionEnds}: run \`kwartier postman --production\` again,`
      + ' and import the environment that it writes',
  );
} else if (!isSigningIn && !isKept) {
  const form = {
    grant_type: 'client_credentials',
    client_id: pm.environment.get('clientId'),
    scope: pm.environment.get('scope'),
    ...credential(),
  };
  const request = {
    url: tokenUrl,
    method: 'POST',
    header: { Accept: 'application/json' },
    body: {
      mode: 'urlencoded',
      urlencoded: Object.entries(form).map(([key, value]) => ({ key, value })),
    },
  };
  pm.sendRequest(request, (error, reply) => {
    if (error) {
      giveUp(`${tokenUrl} cannot be reached: ${error.message || error.code || 'no reply'}`);
    } else if (reply.code !== 200) {
      giveUp(`${reply.code} ${reply.text()}`);
    } else {
      const said = reply.json();
      pm.environment.set('accessToken', said.access_token);
      pm.environment.set('accessTokenEnds', String(Date.now() + said.expires_in * 1000));
    }
  });
}

// Without a token the request is not sent; the failed test tells why.
function giveUp(reason) {
  pm.environment.set('accessToken', '');
  pm.test('a token was granted', () => pm.expect.fail(reason));
  pm.execution.skipRequest();
}

function credential() {
  if (pm.environment.get('clientSecret')) {
    return { client_secret: pm.environment.get('clientSecret') };
  }
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: pm.environment.get('clientAssertion'),
  };
}
