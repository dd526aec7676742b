import type { components } from '../../api/schema';

export type Endpoint = components['schemas']['EndpointAnswer'];

/** What is done about an endpoint in a dialog. */
export type EndpointDialog = { kind: 'form' | 'secret' | 'delete'; endpoint: Endpoint | null };

/** What an endpoint really does: one that is enabled may still have been paused by its failures. */
export function stateOf({ status, health }: Endpoint): 'disabled' | 'paused' | 'failing' | 'enabled' {
  if (status === 'disabled') return 'disabled';
  return health.state === 'paused' || health.state === 'failing' ? health.state : 'enabled';
}

/** `6,705`, `more than 10,000`, or null where nothing waits. */
export function waitingText({ health }: Endpoint): string | null {
  if (health.waiting === 0) return null;
  return `${health.waiting_is_exact ? '' : 'more than '}${health.waiting.toLocaleString('en')}`;
}
