// What somebody does to get a key for a program, over HTTP alone: without a browser it takes milliseconds.

/** Somebody new, signed in by "Try it". @param {{ url: string }} site @returns {Promise<{ cookies: Map<string, string>, fetch: (path: string, init?: RequestInit) => Promise<Response> }>} */
export async function newPerson(site) {
  const cookies = new Map();
  const visit = async (path, init = {}) => {
    const response = await fetch(site.url + path, {
      ...init, redirect: 'manual', headers: { ...init.headers, Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  };
  const entered = await visit('/account/try', { method: 'POST' });
  if (entered.status >= 400) throw new Error(`"Try it" answered ${entered.status}`);
  return { cookies, fetch: visit };
}

/** A key of theirs; it is shown this once. @param {Awaited<ReturnType<typeof newPerson>>} person */
export async function newKey(person, { name = 'test', scopes = ['images:write', 'images:read'] } = {}) {
  const page = await (await person.fetch('/account/keys')).text();
  const field = id => page.match(new RegExp(`name="${id}"[^>]*value="([^"]*)"`))?.[1] ?? '';
  const form = new URLSearchParams({ _handler: 'create-key', __RequestVerificationToken: field('__RequestVerificationToken'), 'Form.RequestId': field('Form.RequestId'), 'Form.Name': name, 'Form.Days': '30' });
  for (const scope of scopes) form.append('Form.Scopes', scope);
  const answer = await person.fetch('/account/keys', { method: 'POST', body: form });
  const secret = (await answer.text()).match(/value="(cw_[^"]+)"/)?.[1];
  if (!secret) throw new Error(`No key was shown: ${answer.status}`);
  return secret;
}
