import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { PayButton, usePaymentGateway } from '../../src/react.js';

const checkoutUrl = new URLSearchParams(location.search).get('checkout') ?? '';
const log: string[] = [];

function Pay() {
  const { open, state } = usePaymentGateway({
    key: 'key_test_abc123',
    orderId: 'order_react',
    checkoutUrl,
    onDismiss: ({ reason }) => log.push(`dismiss ${reason}`),
  });
  return (
    <>
      <button
        type="button"
        id="open"
        onClick={() => open().then((result) => log.push(`result ${result.status}`))}
      >
        Pay
      </button>
      <output>{state}</output>
    </>
  );
}

function Shop() {
  const [shown, setShown] = useState(true);
  return (
    <>
      {shown ? <Pay /> : null}
      <button type="button" id="unmount" onClick={() => setShown(!shown)}>
        toggle
      </button>
      <PayButton
        publicKey="key_test_abc123"
        checkoutUrl={checkoutUrl}
        orderId="order_button"
        button={{ id: 'pay-button' }}
      />
    </>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Shop />
    </StrictMode>,
  );
}
Object.assign(window, { log, unmount: () => document.getElementById('unmount')?.click() });
