import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/api/client';
import { askZoned } from '../src/api/zoned';
import { zoneNames } from '../src/lib/zones';

const refusal = (field: string) => new ApiError(400, 'BAD_REQUEST_ERROR', 'no', undefined, field, undefined);
const knows =
  (...known: string[]) =>
  async (zone: string) => {
    if (!known.includes(zone)) throw refusal('time_zone');
    return `in ${zone}`;
  };

describe('zoneNames', () => {
  it.each([
    ['Asia/Calcutta', ['Asia/Calcutta', 'Asia/Kolkata', 'UTC']],
    ['Asia/Kolkata', ['Asia/Kolkata', 'Asia/Calcutta', 'UTC']],
    ['Europe/Kyiv', ['Europe/Kyiv', 'Europe/Kiev', 'UTC']],
    ['Europe/Berlin', ['Europe/Berlin', 'UTC']],
    ['UTC', ['UTC']],
  ])('of %s are %j', (zone, names) => {
    expect(zoneNames(zone)).toEqual(names);
  });
});

describe('askZoned', () => {
  it('keeps the name that is known', async () => {
    const zoned = await askZoned(knows('Asia/Calcutta', 'Asia/Kolkata', 'UTC'), zoneNames('Asia/Calcutta'));
    expect(zoned).toEqual({ answer: 'in Asia/Calcutta', zone: 'Asia/Calcutta' });
  });
  it('takes the new name where the old one is refused', async () => {
    const zoned = await askZoned(knows('Asia/Kolkata', 'UTC'), zoneNames('Asia/Calcutta'));
    expect(zoned.zone).toBe('Asia/Kolkata');
  });
  it('falls back to UTC, and says so', async () => {
    expect((await askZoned(knows('UTC'), zoneNames('Mars/Olympus'))).zone).toBe('UTC');
  });
  it('does not repeat what is refused for another reason', async () => {
    let asked = 0;
    const question = async () => {
      asked++;
      throw refusal('range');
    };
    await expect(askZoned(question, ['Asia/Calcutta', 'UTC'])).rejects.toThrow('no');
    expect(asked).toBe(1);
  });
});
