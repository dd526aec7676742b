import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { examine } from '../src/pages/webhooks/verify';

const SECRET = 'whsec_test_abc123';
const BODY = '{"event":"payment.success","amount":50000}';
const legacy = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

describe('the signature doctor', () => {
  it('confirms a right legacy signature', async () => {
    expect((await examine({ secret: SECRET, body: BODY, signature: legacy(BODY) })).ok).toBe(true);
  });

  it('confirms a right Standard Webhooks signature among several', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const secret = `whsec_${key.toString('base64')}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const right = createHmac('sha256', key).update(`evt_1.${timestamp}.${BODY}`).digest('base64');
    const verdict = await examine({
      secret,
      body: BODY,
      signature: `v1,AAAA v1,${right}`,
      id: 'evt_1',
      timestamp,
    });
    expect(verdict).toMatchObject({ ok: true });
  });

  it.each([
    ['upper case', { signature: legacy(BODY).toUpperCase() }, 'Upper-case hex'],
    ['a prefix', { signature: `sha256=${legacy(BODY)}` }, 'That is no HMAC-SHA256 in hex'],
    ['a line break at the end', { body: `${BODY}\n`, signature: legacy(BODY) }, 'Space around the body'],
    ['a secret with a space', { secret: `${SECRET} `, signature: legacy(BODY) }, 'Space around the secret'],
    [
      'a body that was printed anew',
      { body: JSON.stringify(JSON.parse(BODY), null, 2), signature: legacy(BODY) },
      'The body was reformatted',
    ],
    ['a body that was cut', { body: BODY.slice(0, -3), signature: legacy(BODY) }, 'The body is not JSON'],
    ['another secret', { signature: legacy(BODY, 'whsec_other') }, 'Body and secret do not belong together'],
    ['missing headers', { signature: 'v1,abc' }, 'webhook-id and webhook-timestamp are part of it'],
  ])('names %s', async (_name, change, title) => {
    expect(await examine({ secret: SECRET, body: BODY, ...change })).toMatchObject({
      ok: false,
      title,
    });
  });
});
