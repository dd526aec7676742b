/** The documentation's snippets, with the merchant's own key in them. */

import type { Pair } from '../../api/keys';

export interface Surroundings {
  pair: Pair | null;
  api: string;
  checkout: string;
}
export type Language = 'curl' | 'python' | 'node' | 'php';
export const LANGUAGES: { value: Language; label: string }[] = [
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'node', label: 'Node' },
  { value: 'php', label: 'PHP' },
];

const key = (of: Surroundings) => of.pair?.id ?? 'YOUR_KEY';
const secret = (of: Surroundings) => of.pair?.secret ?? 'YOUR_SECRET';

/** Pay an order with a test VPA. */
export function payOrder(of: Surroundings, order: string): string {
  return `curl ${of.api}/api/v1/payments \\
  -H 'X-Api-Key: ${key(of)}' \\
  -H 'X-Api-Secret: ${secret(of)}' \\
  -H 'Idempotency-Key: pay-${order}' \\
  -H 'Content-Type: application/json' \\
  -d '{"order_id": "${order}", "method": "upi", "vpa": "success@bank"}'`;
}

/** Create an order on the merchant's server. */
export function createOrder(of: Surroundings, language: Language): string {
  const url = `${of.api}/api/v1/orders`;
  if (language === 'curl') {
    return `curl ${url} \\
  -H 'X-Api-Key: ${key(of)}' \\
  -H 'X-Api-Secret: ${secret(of)}' \\
  -H 'Idempotency-Key: order-1042' \\
  -H 'Content-Type: application/json' \\
  -d '{"amount": 50000, "currency": "INR", "receipt": "order-1042"}'`;
  }
  if (language === 'python') {
    return `import httpx

answer = httpx.post(
    "${url}",
    headers={
        "X-Api-Key": "${key(of)}",
        "X-Api-Secret": "${secret(of)}",
        "Idempotency-Key": "order-1042",
    },
    json={"amount": 50000, "currency": "INR", "receipt": "order-1042"},
)
order = answer.raise_for_status().json()
print(order["id"])`;
  }
  if (language === 'node') {
    return `const answer = await fetch('${url}', {
  method: 'POST',
  headers: {
    'X-Api-Key': '${key(of)}',
    'X-Api-Secret': '${secret(of)}',
    'Idempotency-Key': 'order-1042',
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({ amount: 50000, currency: 'INR', receipt: 'order-1042' }),
});
if (!answer.ok) throw new Error(await answer.text());
const order = await answer.json();
console.log(order.id);`;
  }
  return `<?php
$request = curl_init('${url}');
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => [
        'X-Api-Key: ${key(of)}',
        'X-Api-Secret: ${secret(of)}',
        'Idempotency-Key: order-1042',
        'Content-Type: application/json',
    ],
    CURLOPT_POSTFIELDS => json_encode(['amount' => 50000, 'currency' => 'INR', 'receipt' => 'order-1042']),
]);
$order = json_decode(curl_exec($request), true, flags: JSON_THROW_ON_ERROR);
echo $order['id'];`;
}

/** Open the checkout on the shop's page. */
export function openCheckout(of: Surroundings): string {
  return `<script src="${of.checkout}/checkout.js"></script>
<button id="pay">Pay ₹500.00</button>
<script>
  document.getElementById('pay').addEventListener('click', () => {
    const checkout = new PaymentGateway({
      key: '${key(of)}',
      orderId: 'order_…', // from your server
      onSuccess: (result) => console.log('paid', result.paymentId),
      onFailure: (error) => console.log('not paid', error),
      onClose: () => console.log('closed'),
    });
    checkout.open();
  });
</script>`;
}

/** Verify a webhook on the merchant's server. */
export function verifyWebhook(language: Language): string {
  if (language === 'python') {
    return `import hashlib, hmac

def is_genuine(body: bytes, signature: str, secret: str) -> bool:
    """body: the raw request body; signature: the header X-Webhook-Signature."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature)`;
  }
  if (language === 'php') {
    return `<?php
$body = file_get_contents('php://input');
$expected = hash_hmac('sha256', $body, getenv('WEBHOOK_SECRET'));
if (!hash_equals($expected, $_SERVER['HTTP_X_WEBHOOK_SIGNATURE'] ?? '')) {
    http_response_code(401);
    exit;
}`;
  }
  if (language === 'curl') {
    return `# The signature of a body that you have in a file:
openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" body.json`;
  }
  return `import { createHmac, timingSafeEqual } from 'node:crypto';

/** body: the raw request body (Buffer); signature: the header x-webhook-signature. */
export function isGenuine(body, signature, secret) {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(expected, given);
}`;
}
