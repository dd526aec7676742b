import { describe, expect, it } from 'vitest';
import { formatCount } from '../src/lib/money';
import { scaleOf } from '../src/lib/scale';
import { stateOf, toneOf, wordOf } from '../src/lib/states';
import { compared } from '../src/pages/home/percent';
import { choose, optionOf, states } from '../src/ui/choices';

describe('a count', () => {
  it.each([
    [0, 'INR', '0'],
    [999, 'INR', '999'],
    [14_599, 'INR', '14,599'],
    [100_000, 'INR', '1,00,000'],
    [100_000, 'EUR', '100,000'],
  ])('%i beside %s is %s', (count, currency, text) => {
    expect(formatCount(count, currency)).toBe(text);
  });
});

describe('a comparison', () => {
  it.each([
    [112, 100, '+12%'],
    [100, 112, '−11%'],
    [103.4, 100, '+3.4%'],
    [100, 100, '±0%'],
    [100_001, 100_000, '+0.1%'],
    [99_999, 100_000, '−0.1%'],
    [0, 100, '−100%'],
    [500_000, 100, '+499,900%'],
  ])('of %d with %d is %s', (now, then, text) => {
    expect(compared(now, then)).toBe(text);
  });
});

describe('a scale', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [4, [0, 1, 2, 3, 4]],
    [5, [0, 2, 4, 6]],
    [9, [0, 5, 10]],
    [10, [0, 5, 10]],
    [100, [0, 25, 50, 75, 100]],
    [101, [0, 50, 100, 150]],
    [14_599, [0, 5000, 10_000, 15_000]],
  ])('up to %i has the lines %j', (most, lines) => {
    expect(scaleOf(most)).toEqual(lines);
  });

  it('is whole, even and just high enough', () => {
    for (let most = 1; most < 3000; most += 7) {
      const lines = scaleOf(most);
      const [, step = 0] = lines;
      expect(lines.length).toBeLessThanOrEqual(5);
      expect(lines.every((line, index) => line === index * step && Number.isInteger(line))).toBe(true);
      expect(lines.at(-1)).toBeGreaterThanOrEqual(most);
      expect((lines.at(-1) ?? 0) - step).toBeLessThan(most);
    }
  });
});

describe('the state of a payment', () => {
  it('is no success before its money is taken', () => {
    expect(stateOf({ status: 'success', captured: true })).toBe('success');
    expect(stateOf({ status: 'success', captured: false })).toBe('authorized');
    expect(stateOf({ status: 'failed', captured: false })).toBe('failed');
    expect(stateOf({ status: 'success', captured: true, capture_status: 'pending' })).toBe('authorized');
    expect(stateOf({ status: 'success', captured: true, capture_status: 'succeeded' })).toBe('success');
    expect([toneOf('success'), toneOf('authorized')]).toEqual(['ok', 'info']);
    expect(wordOf('authorized')).toBe('authorised');
  });
});

describe('a choice', () => {
  const choice = {
    name: 'status',
    label: 'Any status',
    options: [
      { value: 'captured', label: 'success', filters: { captured: 'true' } },
      { value: 'authorized', label: 'authorised', filters: { captured: 'false' } },
      ...states(['failed', 'requires_action']),
    ],
  };
  it('has the words of the list', () => {
    expect(choice.options.map((option) => option.label)).toEqual([
      'success',
      'authorised',
      'failed',
      'needs shopper',
    ]);
  });
  it('sets the filters of its option, and takes those of the others back', () => {
    expect(choose(choice, 'authorized')).toEqual({ status: undefined, captured: 'false' });
    expect(choose(choice, 'failed')).toEqual({ status: 'failed', captured: undefined });
    expect(choose(choice, '')).toEqual({ status: undefined, captured: undefined });
  });
  it('shows what the filters say, and nothing where no option says it', () => {
    expect(optionOf(choice, { captured: 'false', q: 'x' })).toBe('authorized');
    expect(optionOf(choice, { status: 'failed' })).toBe('failed');
    expect(optionOf(choice, { status: 'failed', captured: 'false' })).toBe('');
    expect(optionOf(choice, {})).toBe('');
  });
});
