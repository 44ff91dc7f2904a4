// Two OpenID Connect providers on free ports, playing Google and Microsoft for the sign-in tests. Real ones (npm oidc-provider), not doubles:
// they keep sessions, check redirect addresses, insist on PKCE and take a code once.
//   node tests/e2e/signin/providers.mjs      prints {"Google": "http://127.0.0.1:…", "Microsoft": "http://127.0.0.1:…"} and serves until stdin closes
// The login form takes "subject" or "subject:e-mail"; a subject that begins with "unproven" has an e-mail that the provider does not vouch for.
import http from 'node:http';
import { Provider, interactionPolicy } from 'oidc-provider';

const client = { client_id: 'canvasweb', client_secret: 'a secret between the site and its provider' };
const emails = new Map();

async function start(name) {
  const server = http.createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;

  // Google asks for prompt=select_account, which the library leaves to its user.
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }));

  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: ['localhost', '127.0.0.1'].map((host) => `http://${host}/account/callback/${name.toLowerCase()}`), grant_types: ['authorization_code'], response_types: ['code'] }],
    // Cookies know no ports: without names of their own the two providers would overwrite each other's.
    cookies: { keys: ['not a secret'], names: { session: name + '.session', interaction: name + '.interaction', resume: name + '.resume' } },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, AuthorizationCode: 60 },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: accountId[0].toUpperCase() + accountId.slice(1), email: emails.get(accountId), email_verified: !accountId.startsWith('unproven') }),
    }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  // The site's port is not known yet; everything else of the address must match what is registered.
  provider.Client.prototype.redirectUriAllowed = function (uri) {
    const address = new URL(uri);
    address.port = '';
    return this.redirectUris.includes(address.href);
  };
  provider.on('server_error', (_, error) => console.error(name, error));

  const answer = provider.callback();
  server.on('request', async (request, response) => {
    try {
      if (request.url.startsWith('/interaction/')) await interact(provider, name, request, response);
      else answer(request, response);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  return issuer;
}

async function interact(provider, name, request, response) {
  const { prompt } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>${name}</title><form method="post" action="${request.url}"><h1>${name}: ${prompt.name}</h1>
      <label>Who are you? <input name="login" autofocus></label> <button name="answer" value="yes">Continue</button> <button name="answer" value="no">Cancel</button></form>`);
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  if (form.get('answer') === 'no') {
    await provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'the person said no' });
    return;
  }
  const [accountId, email] = form.get('login').split(':');
  emails.set(accountId, email ?? emails.get(accountId) ?? `${accountId}@example.com`);
  await provider.interactionFinished(request, response, { login: { accountId }, [prompt.name]: prompt.name === 'login' ? { accountId } : {} });
}

console.log(JSON.stringify({ Google: await start('Google'), Microsoft: await start('Microsoft') }));
process.stdin.on('end', () => process.exit(0)).resume();
