import { bindButtons } from './button.js';
import { PaymentGateway, scriptSource } from './gateway.js';

// Only while a classic script runs does the page know where it came from.
scriptSource.url = (document.currentScript as HTMLScriptElement | null)?.src;

const target = window as unknown as { PaymentGateway?: typeof PaymentGateway };
if (!target.PaymentGateway) {
  target.PaymentGateway = PaymentGateway;
  bindButtons(PaymentGateway);
}
