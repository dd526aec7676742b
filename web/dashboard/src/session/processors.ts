/** Who moves the money of a mode, if anybody does. */

import { useMode } from './mode';
import { type Session, useSession } from './session';

/** What is said wherever somebody meets live mode while nothing can take its payments. */
export const LIVE_IS_OFF = {
  title: 'Live is off: connect a processor',
  text: 'No live order or payment is accepted until then, and no money moves.',
} as const;

/** Whether live payments have nobody to go to. */
export function isLiveOff(session: Session): boolean {
  return !session.processors.live;
}

/** Whether the mode that is being looked at takes no payment. */
export function useIsOff(): boolean {
  const session = useSession();
  return useMode() === 'live' && isLiveOff(session);
}
