import type { CardFields } from '../card/validate.js';
import { useCheckout, useCheckoutState, useText } from '../context.js';
import { cards } from '../generated/test-data.json';
import type { MessageKey } from '../locales/en.js';

/** How a shopper's page says what the bank does; in the order of the simulator's own table. */
const TEXTS: Record<string, MessageKey> = {
  approved: 'test_card_ok',
  declined: 'test_card_declined',
  insufficient_funds: 'test_card_funds',
  expired_card: 'test_card_expired',
  incorrect_cvc: 'test_card_cvc',
  processing_error: 'test_card_error',
  challenge: 'test_card_challenge',
  refund_late: 'test_card_refund_late',
  refund_declined: 'test_card_refund_declined',
};

/** The published numbers, one click each. Only in test mode. */
export function TestCards({ fill }: { fill(card: CardFields): void }) {
  const checkout = useCheckout();
  const { busy } = useCheckoutState();
  const { t } = useText();
  if (checkout.session.mode !== 'test') return null;
  return (
    <details class="test-panel">
      <summary>{t('test_cards')}</summary>
      <ul class="test-cards">
        {cards.map(({ value: number, scenario, label }) => (
          <li key={number}>
            <button
              type="button"
              disabled={busy}
              onClick={() =>
                fill({ number, expiry: '12 / 30', cvc: '123', name: checkout.card.name || 'Asha Rao' })
              }
            >
              <bdi>{number}</bdi>
              <span>{TEXTS[scenario] ? t(TEXTS[scenario]) : label}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
