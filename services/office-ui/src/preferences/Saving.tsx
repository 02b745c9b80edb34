/** @jsxImportSource preact */
// What becomes of changes, said once for all of them: to those who listen, and to those who look where it did not work.
import type { Store } from "./store";
import type { Words } from "./words";

export function Saving({ store, words }: { store: Store; words: Words }) {
  const said = store.saving === "still" ? "" : words[store.saving];
  const loud = store.saving === "waiting" || store.saving === "refused";
  return (
    <p role="status" class={loud ? "toast" : "unseen"}>
      {said}
      {store.saving === "waiting" && (
        <button type="button" onClick={() => store.hurry()}>
          {words.tryNow}
        </button>
      )}
    </p>
  );
}
