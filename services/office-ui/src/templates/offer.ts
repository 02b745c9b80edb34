// Which tags can be used in the template that is open.
import { createContext, use } from "react";
import type { Channel, Tag, Trigger } from "../api/types";

/** Those that have a value wherever the template is used. */
export const OfferContext = createContext<Tag[]>([]);

export function useOfferedTags(): Tag[] {
  return use(OfferContext);
}

export function offered(tags: Tag[], channel: Channel, triggers: Trigger[]): Tag[] {
  return tags.filter(
    (tag) => tag.channels.includes(channel) && triggers.every((trigger) => tag.triggers.includes(trigger)),
  );
}

export type Absent = "leaveOut" | "sayElse" | "dontSend";

/** A tag as it is written into words; what may be absent is left out then, or something stands in for it. */
export function written(tag: Tag, absent: Absent, standIn: string): string {
  const [first] = tag.items;
  if (first) {
    const said = tag.items.map(({ path }) => `{{ ${path} }}`).join(" ");
    return `${tag.example}${said} {% endfor %}`;
  }
  if (!tag.optional || absent === "dontSend") return `{{ ${tag.path} }}`;
  if (absent === "sayElse") return `{{ ${tag.path} | default: '${standIn.replaceAll("'", "’")}' }}`;
  return `{% if ${tag.path} %}{{ ${tag.path} }}{% endif %}`;
}
