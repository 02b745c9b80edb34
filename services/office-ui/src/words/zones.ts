// The clock of a place: from what its wall shows to a moment, and back.

/** The moment at which a clock in the zone shows this day ("2026-11-27") and time ("10:00"). */
export function instantAt(day: string, time: string, zone: string): string {
  const shown = Date.parse(`${day}T${time}:00Z`);
  // Twice: the first guess may lie on the other side of a change of the clocks.
  const guess = shown - offset(shown, zone);
  return new Date(shown - offset(guess, zone)).toISOString();
}

/** The day and time that a clock in the zone shows. */
export function wallAt(at: string, zone: string): { day: string; time: string } {
  const moment = Date.parse(at);
  const [day = "", clock = ""] = new Date(moment + offset(moment, zone)).toISOString().split("T");
  return { day, time: clock.slice(0, 5) };
}

function offset(moment: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(moment / 1000) * 1000;
}
