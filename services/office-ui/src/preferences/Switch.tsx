/** @jsxImportSource preact */
// One thing that comes or not: a switch that acts at once, and says what became of it.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type Change, keyOf } from "./changes";
import type { Store } from "./store";
import type { Words } from "./words";

interface Props {
  store: Store;
  words: Words;
  label: readonly [string, string];
  on: boolean;
  /** What switching it would change. */
  change: (on: boolean) => Change;
  /** Who switched it off, or why it says nothing now. */
  said?: ComponentChildren;
  /** It depends on another, which `said` names. */
  idle?: boolean;
}

export function Switch({ store, words, label: [title, hint], on, change, said, idle = false }: Props) {
  const id = useId();
  const key = keyOf(change(!on));
  const waits = store.isPending(key) && store.saving === "waiting";
  const saved = !store.isPending(key) && store.saved.has(key);
  return (
    <li class="row">
      <label for={id}>
        <strong id={`${id}-name`}>{title}</strong>
        <span class="quiet" id={`${id}-hint`}>
          {hint}
        </span>
        <span class="said" id={`${id}-said`}>
          {waits ? words.waitingHere : saved ? <span class="saved">{words.saved}</span> : said}
        </span>
      </label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={on}
        disabled={idle}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-hint ${id}-said`}
        onChange={({ currentTarget }) => store.change(change(currentTarget.checked))}
      />
    </li>
  );
}
