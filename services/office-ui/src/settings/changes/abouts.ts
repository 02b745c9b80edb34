// What the change log can be narrowed to.
export const ABOUTS = [
  "all",
  "statuses",
  "rule",
  "company",
  "sender",
  "pause",
  "block",
  "monthly_cap",
  "once_more",
] as const;
export type About = (typeof ABOUTS)[number];
