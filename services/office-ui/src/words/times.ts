// Moments in words.
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "long" });
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "5 minutes ago", "in 2 hours", "yesterday", or the day where it is more than six days away. */
export function ago(at: string, now = new Date()): string {
  const then = new Date(at);
  const seconds = Math.round((then.getTime() - now.getTime()) / 1000);
  const far = Math.abs(seconds);
  if (far < MINUTE) return seconds <= 0 ? "just now" : "in a moment";
  if (far < HOUR) return relative.format(Math.trunc(seconds / MINUTE), "minute");
  if (far < DAY) return relative.format(Math.trunc(seconds / HOUR), "hour");
  if (far < 6 * DAY) return relative.format(Math.trunc(seconds / DAY), "day");
  return (then.getFullYear() === now.getFullYear() ? day : dayOfYear).format(then);
}

/** "10:02:05 AM" of today, "Nov 3, 10:02:05 AM" of another day. */
export function moment(at: string, now = new Date()): string {
  const then = new Date(at);
  const clock = then.toLocaleTimeString("en", { timeStyle: "medium" });
  return then.toDateString() === now.toDateString() ? clock : `${day.format(then)}, ${clock}`;
}

/** To the second, with the zone. */
export function exactly(at: string): string {
  return full.format(new Date(at));
}

/** "Tue, Dec 2, 10:00 AM – 12:00 PM" by the clock of a place; its zone is named where it is not the reader's, a year that is not this one, too. */
export function span(starts: string, ends: string, zone: string, now = new Date()): string {
  const year = new Intl.DateTimeFormat("en", { year: "numeric", timeZone: zone });
  const otherYear = year.format(new Date(starts)) !== year.format(now);
  const words = new Intl.DateTimeFormat("en", {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(otherYear && { year: "numeric" }),
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone,
  }).formatRange(new Date(starts), new Date(ends));
  return zone === OWN_ZONE ? words : `${words} (${placeOf(zone)})`;
}

/** "New York" of a zone's name. */
export function placeOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** "0.4 s", "12 s", "3 min". */
export function seconds(length: number): string {
  if (length < 9.95) return `${length.toFixed(1)} s`;
  return length < 100 ? `${Math.round(length)} s` : `${Math.round(length / MINUTE)} min`;
}

/** "Dec 27", with the year where it is another one. */
export function dayOf(at: string, now = new Date()): string {
  const then = new Date(at);
  return (then.getFullYear() === now.getFullYear() ? day : dayOfYear).format(then);
}
