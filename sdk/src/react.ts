import {
  type ButtonHTMLAttributes,
  createElement,
  type ReactElement,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { PaymentGateway } from './gateway.js';
import type { CheckoutResult, PaymentError, PaymentGatewayOptions, State } from './types.js';

export interface UsePaymentGateway {
  /** Opens the checkout; further calls while it is open return the same promise. */
  open(): Promise<CheckoutResult>;
  /** False while a payment is being made. */
  close(): boolean;
  state: State;
  /** The last error of this opening, cleared by the next `open()`. */
  error: PaymentError | undefined;
}

type HookOptions = PaymentGatewayOptions & { checkoutUrl: string };

/** One checkout per component. Unmounting takes it away; callbacks may change between renders. */
export function usePaymentGateway(options: HookOptions): UsePaymentGateway {
  const latest = useRef(options);
  const gateway = useRef<PaymentGateway | undefined>(undefined);
  const [state, setState] = useState<State>('idle');
  const [error, setError] = useState<PaymentError>();
  useEffect(() => {
    latest.current = options;
  });
  useEffect(
    () => () => {
      gateway.current?.destroy();
      gateway.current = undefined;
    },
    [],
  );
  const open = useCallback(() => {
    const current = gateway.current;
    if (current && (current.state === 'loading' || current.state === 'open' || current.state === 'locked')) {
      return current.open();
    }
    setError(undefined);
    const now = () => latest.current;
    const sync = () => setState(made.state);
    const made = new PaymentGateway({
      ...now(),
      onSuccess: (payment) => now().onSuccess?.(payment),
      onFailure: (failure) => {
        setError(failure);
        now().onFailure?.(failure);
      },
      onDismiss: (info) => now().onDismiss?.(info),
      onReady: () => now().onReady?.(),
      onEvent: (event) => {
        sync();
        now().onEvent?.(event);
      },
      onClose: () => {
        sync();
        now().onClose?.();
      },
    });
    gateway.current = made;
    const result = made.open();
    sync();
    return result;
  }, []);
  const close = useCallback(() => gateway.current?.close() ?? true, []);
  return { open, close, state, error };
}

/** `publicKey` is the option `key`, a name that React keeps for itself. */
export type PayButtonProps = Omit<HookOptions, 'key'> & {
  publicKey: string;
  button?: ButtonHTMLAttributes<HTMLButtonElement>;
  children?: React.ReactNode;
};

/** A button that opens the checkout; disabled while it is open. */
export function PayButton({ button, children, publicKey, ...options }: PayButtonProps): ReactElement {
  const { open, state } = usePaymentGateway({ ...options, key: publicKey });
  const busy = state === 'loading' || state === 'open' || state === 'locked';
  return createElement(
    'button',
    { type: 'button', disabled: busy, ...button, onClick: () => void open() },
    children ?? 'Pay',
  );
}
