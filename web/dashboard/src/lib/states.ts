/** What each state is called and how it looks: the same in lists, on pages and in filters. */

export type Tone = 'ok' | 'bad' | 'wait' | 'info' | 'still';

const TONES: Record<string, Tone> = {
  success: 'ok',
  paid: 'ok',
  processed: 'ok',
  enabled: 'ok',
  active: 'ok',
  delivered: 'ok',
  verified: 'ok',
  '2xx': 'ok',
  '3xx': 'still',
  '4xx': 'wait',
  '5xx': 'bad',
  'not verified': 'bad',
  completed: 'ok',
  failed: 'bad',
  revoked: 'bad',
  disabled: 'bad',
  paused: 'bad',
  failing: 'wait',
  pending: 'wait',
  unchecked: 'wait',
  expiring: 'wait',
  'has left': 'wait',
  attempted: 'wait',
  running: 'info',
  requires_action: 'info',
  authorized: 'info',
  invited: 'info',
  created: 'still',
  needs_response: 'bad',
  under_review: 'info',
  won: 'ok',
  lost: 'bad',
  returning: 'wait',
  returned: 'ok',
  kept: 'wait',
  review: 'bad',
  cancelled: 'still',
  expired: 'still',
  refunded: 'still',
};
const WORDS: Record<string, string> = {
  authorized: 'authorised',
  requires_action: 'needs shopper',
  needs_response: 'needs your answer',
  returning: 'going back',
  returned: 'given back',
  review: 'in review',
  // Of a key, in either mode: `live` beside a test key would say the opposite of what it is.
  live: 'active',
};

export const toneOf = (state: string): Tone => TONES[state] ?? 'still';

export const wordOf = (state: string): string => WORDS[state] ?? state.replaceAll('_', ' ');

interface Paid {
  status: string;
  captured: boolean;
  capture_status?: string | null;
}

/** The state of a payment: money that is only held is no success yet. */
export const stateOf = ({ status, captured, capture_status }: Paid): string =>
  status === 'success' && (!captured || capture_status === 'pending') ? 'authorized' : status;
