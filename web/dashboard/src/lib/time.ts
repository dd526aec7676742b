/** Moments in the viewer's zone and language. */

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** What is due waits for a process that looks every few seconds; a minute later it is late. */
const OVERDUE_MS = MINUTE;

export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** `+05:30` style name of the viewer's zone now. */
export function zoneLabel(): string {
  const part = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' })
    .formatToParts(new Date())
    .find((one) => one.type === 'timeZoneName');
  return part?.value ?? 'UTC';
}

/** `23 Nov, 14:05:09`; with the year when it is not this year's. */
export function formatMoment(iso: string, now: Date = new Date()): string {
  const moment = new Date(iso);
  const sameYear = moment.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(moment);
}

/** Everything, for a tooltip: date, milliseconds, zone, and UTC. */
export function formatExact(iso: string): string {
  const local = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'full',
    timeStyle: 'long',
  }).format(new Date(iso));
  return `${local} · ${iso}`;
}

/** `just now`, `5 minutes ago`, `in 2 hours`; a date beyond a month. */
export function formatRelative(iso: string, now: Date = new Date()): string {
  const seconds = Math.round((new Date(iso).getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
  if (size < 31 * 86_400) return format.format(Math.round(seconds / 86_400), 'day');
  return formatMoment(iso, now);
}

/** A moment at which something is to happen: `in 2 minutes`, `due now`, `overdue by 5 minutes`; never `ago`. */
export function formatDue(iso: string, now: Date = new Date()): string {
  const late = now.getTime() - new Date(iso).getTime();
  if (late < 0) return late > -5_000 ? 'due now' : formatRelative(iso, now);
  return late < OVERDUE_MS ? 'due now' : `overdue by ${formatLength(late)}`;
}

/** `5 minutes`, `3 hours`, `2 days`: in the largest unit that fits. */
function formatLength(ms: number): string {
  const [size, unit] =
    ms < HOUR ? [ms / MINUTE, 'minute'] : ms < DAY ? [ms / HOUR, 'hour'] : [ms / DAY, 'day'];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(size));
}

/** `340 ms`, `4.2 s`, `3 min 5 s`, `2 h 4 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) {
    const seconds = Math.round((ms % 60_000) / 1000);
    return `${Math.floor(ms / 60_000)} min${seconds ? ` ${seconds} s` : ''}`;
  }
  if (ms < DAY) {
    const minutes = Math.round((ms % 3_600_000) / 60_000);
    return `${Math.floor(ms / 3_600_000)} h${minutes ? ` ${minutes} min` : ''}`;
  }
  return `${Math.floor(ms / DAY)} d ${Math.round((ms % DAY) / 3_600_000)} h`;
}

/** What `<input type="datetime-local">` wants, in the viewer's zone. */
export function toLocalInput(iso: string | undefined): string {
  if (!iso) return '';
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return '';
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** From such an input to the API's UTC; undefined when it is empty or no date. */
export function fromLocalInput(text: string): string | undefined {
  const moment = new Date(text);
  return text && !Number.isNaN(moment.getTime()) ? moment.toISOString() : undefined;
}
