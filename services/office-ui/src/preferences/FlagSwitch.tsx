/** @jsxImportSource preact */
// A preference of a person or of an email address, with who switched it off.
import type { Own } from "./api";
import { Switch } from "./Switch";
import type { Room } from "./room";
import { day } from "./room";
import type { WordedFlag } from "./words/en";

interface Props extends Room {
  own: Own;
  /** The email address; the person where absent. */
  part?: string;
  flag: string;
  on: boolean;
  /** Why it has no effect now. */
  instead?: string | undefined;
  idle?: boolean;
}

/** The profile says who is left out; people read what comes. */
const EXCLUDES = "exclude_from_broadcasts";

export function FlagSwitch({
  store,
  words,
  company,
  own,
  part = "",
  flag,
  on,
  instead,
  idle = false,
}: Props) {
  const excludes = flag === EXCLUDES;
  const comes = excludes ? !on : on;
  const named = (excludes ? "broadcasts" : flag) as WordedFlag;
  return (
    <Switch
      store={store}
      words={words}
      label={words.flags[named]}
      on={comes && !idle}
      idle={idle}
      change={(next) => ({ part, flag, on: excludes ? !next : next })}
      said={instead ?? (comes ? undefined : whoSwitched({ words, company, own, part, flag }))}
    />
  );
}

function whoSwitched({
  words,
  company,
  own,
  part,
  flag,
}: Pick<Props, "words" | "company" | "own" | "flag"> & { part: string }) {
  // A person's own flags and those of an address are named by different ids; the person's is no address's.
  const emails = own.emails.map((email) => email.id);
  const set = own.set.find(
    (each) => each.flag === flag && (part ? each.part_id === part : !emails.includes(each.part_id)),
  );
  if (!set) return undefined;
  const when = day(set.at, words);
  return set.by_reader ? words.offBy.you(when) : words.offBy.company(company, when);
}
