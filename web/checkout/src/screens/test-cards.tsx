import type { CardFields } from '../card/validate.js';
import { useCheckout, useCheckoutState, useText } from '../context.js';

const CARDS = [
  ['4242 4242 4242 4242', 'test_card_ok'],
  ['4000 0025 0000 3155', 'test_card_challenge'],
  ['4000 0000 0000 0002', 'test_card_declined'],
  ['4000 0000 0000 9995', 'test_card_funds'],
  ['6527 6589 0000 1005', 'test_card_ok'],
] as const;

/** The published numbers, one click each. Only in test mode. */
export function TestCards({ fill, name }: { fill(card: CardFields): void; name: string }) {
  const { session } = useCheckout();
  const { busy } = useCheckoutState();
  const { t } = useText();
  if (session.mode !== 'test') return null;
  return (
    <details class="test-panel">
      <summary>{t('test_cards')}</summary>
      <ul class="test-cards">
        {CARDS.map(([number, outcome]) => (
          <li key={number}>
            <button
              type="button"
              disabled={busy}
              onClick={() => fill({ number, expiry: '12 / 30', cvc: '123', name: name || 'Asha Rao' })}
            >
              <bdi>{number}</bdi>
              <span>{t(outcome)}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
