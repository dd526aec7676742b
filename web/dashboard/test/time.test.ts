import { describe, expect, it } from 'vitest';
import { formatDuration, formatRelative, fromLocalInput, toLocalInput } from '../src/lib/time';

const NOW = new Date('2026-01-15T10:00:00Z');

describe('formatRelative', () => {
  it.each([
    ['2026-01-15T09:59:58Z', 'just now'],
    ['2026-01-15T09:59:20Z', '40 seconds ago'],
    ['2026-01-15T09:55:00Z', '5 minutes ago'],
    ['2026-01-15T12:00:00Z', 'in 2 hours'],
    ['2026-01-14T10:00:00Z', 'yesterday'],
  ])('says %s as %s', (at, text) => {
    expect(formatRelative(at, NOW)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [340, '340 ms'],
    [4200, '4.2 s'],
    [45_000, '45 s'],
    [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'],
    [180_000_000, '2 d 2 h'],
  ])('says %i as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('datetime inputs', () => {
  it('keep the moment, to the minute', () => {
    const iso = '2026-01-15T10:31:00.000Z';
    expect(fromLocalInput(toLocalInput(iso))).toBe(iso);
  });
  it('are empty for what is no date', () => {
    expect(toLocalInput('yesterday')).toBe('');
    expect(fromLocalInput('')).toBeUndefined();
  });
});
