// A day by the reader's clock, as its name in an address and as the moments it lies between.
export interface Day {
  /** "2026-11-27" */
  name: string;
  since: string;
  until: string;
}

export function today(): Day {
  return dayAt(new Date());
}

/** Of a name in an address; none where that is no day. */
export function dayNamed(name: string | undefined): Day | undefined {
  const [year, month, day] =
    /^(\d{4})-(\d{2})-(\d{2})$/
      .exec(name ?? "")
      ?.slice(1)
      .map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const found = dayAt(new Date(year, month - 1, day));
  return found.name === name ? found : undefined; // the 31st of November is the 1st of December
}

export function dayBefore({ since }: Day): Day {
  const at = new Date(since);
  return dayAt(new Date(at.getFullYear(), at.getMonth(), at.getDate() - 1));
}

function dayAt(at: Date): Day {
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()] as const;
  return {
    name: `${year}-${String(month + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
    since: new Date(year, month, day).toISOString(),
    until: new Date(year, month, day + 1).toISOString(),
  };
}
