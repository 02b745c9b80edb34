// What was changed here and is not saved yet: the newest wish of each switch, and it survives a reload.
import type { Choices, Own, Scope, Wishes } from "./api";

/** A flag of a part ("" is the person), or whether emails of a kind are stopped. */
export type Change = { part: string; flag: string; on: boolean } | { scope: Scope; stopped: boolean };

export function keyOf(change: Change): string {
  return "scope" in change ? change.scope : flagKey(change.part, change.flag);
}

export function flagKey(part: string, flag: string): string {
  return `${part}/${flag}`;
}

/** What a person has, with the flags that are on their way. */
export function withFlags(own: Own, pending: Iterable<Change>): Own {
  const wishes = wishesOf(pending);
  const flags = { ...own.flags, ...wishes.get("") };
  const emails = own.emails.map((email) =>
    email.flags && email.id ? { ...email, flags: { ...email.flags, ...wishes.get(email.id) } } : email,
  );
  return { ...own, flags, emails };
}

/** What is stopped, with what is on its way. */
export function withScopes(choices: Choices, pending: Iterable<Change>): Choices {
  const stopped = new Map<Scope, boolean>();
  for (const change of pending) if ("scope" in change) stopped.set(change.scope, change.stopped);
  return {
    ...choices,
    choices: choices.choices.map((each) => ({ ...each, stopped: stopped.get(each.scope) ?? each.stopped })),
  };
}

export function wishesOf(changes: Iterable<Change>): Wishes {
  const wishes: Wishes = new Map();
  for (const change of changes) {
    if ("scope" in change) continue;
    wishes.set(change.part, { ...wishes.get(change.part), [change.flag]: change.on });
  }
  return wishes;
}

/** What takes these back, as things stand before them; of those that would change something. */
export function inverse(changes: Change[], own: Own | undefined, choices: Choices): Change[] {
  return changes.flatMap((change): Change[] => {
    if ("scope" in change) {
      const before = choices.choices.find((each) => each.scope === change.scope)?.stopped ?? false;
      return before === change.stopped ? [] : [{ ...change, stopped: before }];
    }
    const before = flagOf(own, change.part, change.flag);
    return before === undefined || before === change.on ? [] : [{ ...change, on: before }];
  });
}

function flagOf(own: Own | undefined, part: string, flag: string): boolean | undefined {
  const flags = part ? own?.emails.find((email) => email.id === part)?.flags : own?.flags;
  return (flags as Record<string, boolean> | null | undefined)?.[flag];
}

/** All that reaches a person by other ways than emails to the link's own address, to be switched off. */
export function everythingElse(own: Own): Change[] {
  const phones = own.phones.length ? ["text", "voice"] : [];
  if (own.emails.length < 2) return phones.map((flag) => ({ part: "", flag, on: false }));
  const person = Object.keys(own.flags).map((flag) => ({
    part: "",
    flag,
    on: flag === "exclude_from_broadcasts",
  }));
  const others = own.emails.filter((email) => !email.sent_here && email.id);
  const each = others.flatMap(({ id, flags }) =>
    Object.keys(flags ?? {}).map((flag) => ({ part: id ?? "", flag, on: false })),
  );
  return [...person, ...each];
}
