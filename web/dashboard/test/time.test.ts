import { describe, expect, it } from 'vitest';
import { formatDue, formatDuration, formatRelative, fromLocalInput, toLocalInput } from '../src/lib/time';

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

describe('formatDue', () => {
  it.each([
    ['2026-01-15T10:02:00Z', 'in 2 minutes'],
    ['2026-01-15T10:00:30Z', 'in 30 seconds'],
    ['2026-01-15T10:00:02Z', 'due now'],
    ['2026-01-15T10:00:00Z', 'due now'],
    ['2026-01-15T09:59:17Z', 'due now'],
    ['2026-01-15T09:59:00Z', 'overdue by 1 minute'],
    ['2026-01-15T09:55:00Z', 'overdue by 5 minutes'],
    ['2026-01-15T07:00:00Z', 'overdue by 3 hours'],
    ['2026-01-13T07:00:00Z', 'overdue by 2 days'],
    ['2026-01-17T10:00:00Z', 'in 2 days'],
  ])('says %s as %s', (at, text) => {
    expect(formatDue(at, NOW)).toBe(text);
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
