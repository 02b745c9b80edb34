// The rich editor's document as HTML, tags as they are; and where in the document each of them came from.
import type { Mark, Node } from "@tiptap/pm/model";
import { outsideTags, type Span, spans } from "../liquid";
import { textOf } from "../marks";
import type { Attributes } from "./schema";

const TAGS: Record<string, string> = { bold: "strong", italic: "em", underline: "u", strike: "s", link: "a" };
const ESCAPED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\u00A0": "&nbsp;" };

export interface Written {
  html: string;
  /** Of the html's tags, in their order. */
  tags: Span[];
}

export function write(doc: Node): Written {
  const writer = new Writer();
  doc.forEach((block, position) => {
    if (position > 0) writer.html += "\n";
    writer.block(block, position);
  });
  return writer;
}

interface Run {
  node: Node | null;
  text: string;
  marks: readonly Mark[];
  from: number;
  to: number;
}

class Writer implements Written {
  html = "";
  tags: Span[] = [];

  block(node: Node, position: number): void {
    const inside = position + 1;
    const { level, written, source } = node.attrs as { level: number; written: Attributes; source: string };
    const line = () => this.line(node, inside);
    const lines = () => this.lines(node, inside);
    const write: Record<string, () => void> = {
      paragraph: () => this.element("p", node, position, line),
      heading: () => this.element(`h${level}`, node, position, line),
      bulletList: () => this.element("ul", node, position, lines),
      orderedList: () => this.element("ol", node, position, lines),
      blockquote: () => this.element("blockquote", node, position, lines),
      listItem: () => this.element("li", node, position, () => this.item(node, inside)),
      horizontalRule: () => this.open("hr", written, whole(node, position)),
      piece: () => this.raw(source, whole(node, position)),
      bare: line,
    };
    write[node.type.name]?.();
  }

  private element(name: string, node: Node, position: number, content: () => void): void {
    this.open(name, node.attrs.written as Attributes, whole(node, position));
    content();
    this.html += `</${name}>`;
  }

  /** Blocks, each on a line of its own. */
  private lines(node: Node, inside: number): void {
    node.forEach((child, offset) => {
      this.html += "\n";
      this.block(child, inside + offset);
    });
    this.html += "\n";
  }

  private item(node: Node, inside: number): void {
    node.forEach((child, offset, index) => {
      if (index === 0 && child.type.name === "paragraph") this.line(child, inside + 1);
      else {
        this.html += "\n";
        this.block(child, inside + offset);
      }
    });
  }

  private line(node: Node, inside: number): void {
    let open: readonly Mark[] = [];
    for (const run of runs(node, inside)) {
      const kept = common(open, run.marks);
      this.close(open.slice(kept));
      for (const mark of run.marks.slice(kept)) this.begin(mark, run);
      open = run.marks;
      this.content(run);
    }
    this.close(open);
  }

  private content({ node, text, from, to }: Run): void {
    if (node?.type.name === "hardBreak") this.html += "<br>";
    else if (node) this.open("img", node.attrs.written as Attributes, { from, to });
    else {
      for (const tag of spans(text)) this.tags.push({ from: from + tag.from, to: from + tag.to });
      this.html += escaped(text);
    }
  }

  private begin(mark: Mark, at: Span): void {
    const { tag, written } = mark.attrs as { tag?: string; written?: Attributes };
    this.open(tag ?? TAGS[mark.type.name] ?? "span", written ?? {}, { from: at.from, to: at.to });
  }

  private close(marks: readonly Mark[]): void {
    for (const mark of marks.toReversed())
      this.html += `</${(mark.attrs.tag as string | undefined) ?? TAGS[mark.type.name] ?? "span"}>`;
  }

  private open(name: string, attributes: Attributes, at: Span): void {
    this.html += `<${name}`;
    for (const [attribute, value] of Object.entries(attributes)) {
      this.html += ` ${attribute}="`;
      this.raw(
        outsideTags(escaped(value), (text) => text.replaceAll('"', "&quot;")),
        at,
      );
      this.html += '"';
    }
    this.html += ">";
  }

  private raw(source: string, at: Span): void {
    spans(source).forEach(() => this.tags.push(at));
    this.html += source;
  }
}

function whole(node: Node, position: number): Span {
  return { from: position, to: position + node.nodeSize };
}

function escaped(text: string): string {
  return outsideTags(text, (words) => words.replace(/[&<>\u00A0]/g, (sign) => ESCAPED[sign] ?? sign));
}

function common(open: readonly Mark[], next: readonly Mark[]): number {
  const differs = open.findIndex((mark, place) => !next[place]?.eq(mark));
  return differs < 0 ? open.length : differs;
}

/** Runs of one look each. A tag has one look, that of its first character: none is cut by what is bold in it. */
function runs(block: Node, inside: number): Run[] {
  const text = textOf(block);
  const tags = spans(text);
  const found: Run[] = [];
  let start = 0;
  block.forEach((node, offset) => {
    const border = offset + node.nodeSize;
    const end = tags.find(({ from, to }) => from < border && border < to)?.to ?? border;
    if (start >= end) return;
    const place = { from: inside + start, to: inside + end };
    found.push({
      node: node.isText ? null : node,
      text: text.slice(start, end),
      marks: node.marks,
      ...place,
    });
    start = end;
  });
  return found;
}
