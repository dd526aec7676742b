/** Questions whose answer depends on when the viewer's day begins. */

import { zoneNames } from '../lib/zones';
import { ApiError } from './client';

/** What was asked, and the time zone that the API took: `UTC` where it knows none of the viewer's names. */
export interface Zoned<T> {
  answer: T;
  zone: string;
}

/** Ask with each of the zone's names in turn until the API takes one. Throws what it says to anything else. */
export async function askZoned<T>(
  question: (zone: string) => Promise<T>,
  names: string[] = zoneNames(),
): Promise<Zoned<T>> {
  const [zone = 'UTC', ...others] = names;
  try {
    return { answer: await question(zone), zone };
  } catch (error) {
    const unknown = error instanceof ApiError && error.status === 400 && error.field === 'time_zone';
    if (!unknown || others.length === 0) throw error;
    return askZoned(question, others);
  }
}
