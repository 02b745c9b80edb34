// Phone numbers as people write them.

/** "(303) 555-0142" of a North American number; any other stays as the API has it (E.164). */
export function phoneNumber(number: string): string {
  const [, area, first, rest] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area && first && rest ? `(${area}) ${first}-${rest}` : number;
}
