// Where the tags are in a source, by the same marks that the services find them by.

export interface Span {
  from: number;
  to: number;
}

const TAG = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

export function spans(source: string): Span[] {
  return [...source.matchAll(TAG)].map(({ index, 0: tag }) => ({ from: index, to: index + tag.length }));
}

/** A line and a column count from 1, a column in whole characters, of which JavaScript may take two units for one. */
export interface Spot {
  line: number;
  column: number;
}

/** Where in the source a spot is. */
export function offsetOf(source: string, { line, column }: Spot): number {
  const lines = source.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const inLine = Array.from(lines[line - 1] ?? "")
    .slice(0, column - 1)
    .join("").length;
  return Math.min(before + inLine, source.length);
}

/** The tag that a spot is in, or what stands there up to the next blank. */
export function spanAt(source: string, spot: Spot): Span {
  const from = offsetOf(source, spot);
  const tag = spans(source).find((each) => each.from <= from && from < each.to);
  if (tag) return tag;
  const word = /^\S+/.exec(source.slice(from))?.[0].length ?? 0;
  return { from, to: Math.min(from + Math.max(word, 1), source.length) };
}

/** Which of the source's tags a spot is in, from 0; -1 where it is in none. */
export function tagAt(source: string, spot: Spot): number {
  const at = offsetOf(source, spot);
  return spans(source).findIndex(({ from, to }) => from <= at && at < to);
}

/** What stands between the tags is changed; the tags are not. */
export function outsideTags(source: string, change: (words: string) => string): string {
  let done = "";
  let position = 0;
  for (const { from, to } of spans(source)) {
    done += change(source.slice(position, from)) + source.slice(from, to);
    position = to;
  }
  return done + change(source.slice(position));
}

/** A source whose tags are replaced by characters that no HTML parser minds, and that nobody types. */
export class Masked {
  readonly text: string;
  private readonly tags: string[];

  constructor(source: string) {
    this.tags = spans(source).map(({ from, to }) => source.slice(from, to));
    let tag = 0;
    this.text = source.replace(TAG, () => `\uE000${tag++}\uE001`);
  }

  /** The tags back in their places. */
  reveal(text: string): string {
    return text.replace(/\uE000(\d+)\uE001/g, (_, number: string) => this.tags[Number(number)] ?? "");
  }

  static has(text: string): boolean {
    return text.includes("\uE000");
  }
}
