import type { PaymentGateway as Gateway } from '@payment-gateway/checkout';
import { formatMoney } from '../src/money.js';

const main = document.querySelector<HTMLElement>('main');
const inputs = [...document.querySelectorAll<HTMLInputElement>('input[data-price]')];
const total = document.querySelector('output');
const pay = document.querySelector<HTMLButtonElement>('#pay');
const result = document.querySelector('#result');
const events = document.querySelector('#events');

function showTotal(): void {
  const amount = inputs.reduce((sum, one) => sum + Number(one.value) * Number(one.dataset.price), 0);
  const text = formatMoney(amount, 'INR', 'en');
  if (total) total.textContent = text;
  if (!pay) return;
  pay.textContent = `Pay ${text}`;
  pay.disabled = amount <= 0;
}

function say(text: string): void {
  if (result) result.textContent = text;
}

/** The events of one order as the shop's server receives them. */
function follow(orderId: string): void {
  events?.replaceChildren();
  const source = new EventSource(`/demo/events?order_id=${orderId}`);
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data) as { event: string };
    const item = document.createElement('li');
    const name = document.createElement('strong');
    name.textContent = event.event;
    const body = document.createElement('pre');
    body.tabIndex = 0;
    body.textContent = JSON.stringify(event, null, 2);
    item.append(name, ' signature verified', body);
    events?.append(item);
  };
}

const post = (path: string, body: unknown) =>
  fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

interface Paid {
  paymentId: string;
  orderId: string;
  status: string;
  signature?: string | undefined;
}

/** What the shop's server makes of a result. */
async function told(paid: Paid): Promise<void> {
  if (paid.status === 'authorized')
    return say(`Authorised: ${paid.paymentId}. The shop takes the money later.`);
  const { verified } = (await (await post('/demo/verify', paid)).json()) as { verified: boolean };
  say(verified ? `Paid: ${paid.paymentId}, signature verified.` : 'The signature is wrong!');
}

/** The result in the address, after a checkout that went on as a full page. */
function brought(): Paid | undefined {
  const query = new URLSearchParams(location.search);
  const last = (name: string) => query.getAll(name).at(-1);
  const [paymentId, orderId, status] = [last('payment_id'), last('order_id'), last('status')];
  return paymentId && orderId && status
    ? { paymentId, orderId, status, signature: last('signature') }
    : undefined;
}

const unreachable = () => say('The shop’s server does not answer.');

async function buy(): Promise<void> {
  say('Making the order…');
  const cart = Object.fromEntries(inputs.map((one) => [one.name, Number(one.value)]));
  const response = await post('/demo/orders', cart);
  const order = (await response.json()) as { orderId: string; error?: string };
  if (!response.ok) return say(order.error ?? 'The order could not be made.');
  follow(order.orderId);
  say('');
  const { PaymentGateway } = window as unknown as { PaymentGateway: typeof Gateway };
  const checkout = new PaymentGateway({ key: main?.dataset.key ?? '', orderId: order.orderId });
  const outcome = await checkout.open();
  if (outcome.status === 'success') await told(outcome.payment);
  else if (outcome.status === 'processing') say('Your bank is still working; the webhook will tell.');
  else if (outcome.status === 'failed') say(`Failed: ${outcome.error.message}`);
  else say('You closed the checkout. The cart is still here.');
}

pay?.addEventListener('click', () => {
  pay.disabled = true;
  void buy()
    .catch(unreachable)
    .finally(() => {
      pay.disabled = false;
    });
});
for (const input of inputs) input.addEventListener('input', showTotal);
showTotal();

const paid = brought();
if (paid) void told(paid).catch(unreachable);
