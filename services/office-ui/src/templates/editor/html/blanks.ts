// What HTML takes for blank: a non-breaking space is a character like any other, unlike in JavaScript.
export function collapsed(text: string): string {
  return text.replace(/[ \t\n\r\f]+/g, " ");
}

export function trimmed(text: string): string {
  return trimmedStart(trimmedEnd(text));
}

export function trimmedStart(text: string): string {
  return text.replace(/^[ \t\n\r\f]+/, "");
}

export function trimmedEnd(text: string): string {
  return text.replace(/[ \t\n\r\f]+$/, "");
}
