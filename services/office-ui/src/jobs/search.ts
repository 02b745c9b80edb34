// What the words of a search mean to the list of jobs: a number is a job's number.

export function found(words: string | undefined): { number?: number; text?: string } {
  if (!words) return {};
  const number = /^#?(\d{1,9})$/.exec(words)?.[1];
  return number ? { number: Number(number) } : { text: words };
}
