/** Check a webhook's signature in the browser, and say what is wrong with it. Nothing is sent anywhere. */

export type Verdict = { ok: boolean; title: string; hint: string };

async function hmac(key: Uint8Array, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey(
    'raw',
    key as BufferSource,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(text)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** The bytes after `whsec_`; a secret that is not base64 is its own text. */
function standardKey(secret: string): Uint8Array {
  const text = secret.replace(/^whsec_/, '');
  try {
    if (text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
      return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    }
  } catch {
    // Not base64 after all.
  }
  return new TextEncoder().encode(text);
}

/** `X-Webhook-Signature`: hex of the body under the secret's text. */
export async function signLegacy(secret: string, body: string): Promise<string> {
  return hex(await hmac(new TextEncoder().encode(secret), body));
}

/** `webhook-signature`: `v1,` and base64 over `id.timestamp.body`. */
export async function signStandard(
  secret: string,
  id: string,
  timestamp: string,
  body: string,
): Promise<string> {
  return `v1,${base64(await hmac(standardKey(secret), `${id}.${timestamp}.${body}`))}`;
}

interface Input {
  secret: string;
  body: string;
  signature: string;
  id?: string;
  timestamp?: string;
}

/** Which of the usual mistakes makes this signature wrong, if it is. */
export async function examine(input: Input): Promise<Verdict> {
  const { secret, body } = input;
  const given = input.signature.trim();
  if (given.includes('v1,')) return examineStandard(input, given);
  const right = await signLegacy(secret, body);
  if (given === right)
    return { ok: true, title: 'The signature is right', hint: 'Body and secret belong together.' };
  if (given.toLowerCase() === right)
    return wrong('Upper-case hex', 'Compare in lower case: the header is lower case.');
  if (!/^[0-9a-f]{64}$/i.test(given)) {
    return wrong(
      'That is no HMAC-SHA256 in hex',
      'It must be 64 letters of 0–9 and a–f, without a prefix such as sha256=.',
    );
  }
  return explainBody(secret, body, (text, key) => signLegacy(key, text), given);
}

async function examineStandard(input: Input, given: string): Promise<Verdict> {
  const { secret, body, id = '', timestamp = '' } = input;
  if (!id || !timestamp) {
    return wrong(
      'webhook-id and webhook-timestamp are part of it',
      'Paste both headers: the signature covers id.timestamp.body.',
    );
  }
  const all = given.split(/\s+/);
  if (all.includes(await signStandard(secret, id, timestamp, body))) {
    const age = Math.abs(Date.now() / 1000 - Number(timestamp));
    const old =
      age > 300 ? ' It is older than five minutes: most libraries would refuse it as a replay.' : '';
    return {
      ok: true,
      title: 'The signature is right',
      hint: `Body, id, timestamp and secret belong together.${old}`,
    };
  }
  if (Number(timestamp) > 1e11)
    return wrong('The timestamp is in milliseconds', 'webhook-timestamp is in seconds.');
  return explainBody(secret, body, async (text, key) => signStandard(key, id, timestamp, text), given);
}

async function explainBody(
  secret: string,
  body: string,
  sign: (body: string, secret: string) => Promise<string>,
  given: string,
): Promise<Verdict> {
  const same = async (text: string, key = secret) => given.split(/\s+/).includes(await sign(text, key));
  if (await same(body.trim()))
    return wrong('Space around the body', 'Sign the raw bytes: a trailing line break was added.');
  if (await same(body, secret.trim()))
    return wrong('Space around the secret', 'The secret was copied with a space or line break.');
  try {
    const compact = JSON.stringify(JSON.parse(body));
    if (await same(compact)) {
      return wrong(
        'The body was reformatted',
        'Verify the raw request body, before a framework parses and prints it again.',
      );
    }
  } catch {
    return wrong(
      'The body is not JSON',
      'It was cut or changed on its way: compare its length with Content-Length.',
    );
  }
  return wrong(
    'Body and secret do not belong together',
    'Is it the secret of this endpoint and mode? After a rotation the legacy header uses the new one.',
  );
}

function wrong(title: string, hint: string): Verdict {
  return { ok: false, title, hint };
}
