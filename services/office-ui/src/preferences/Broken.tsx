/** @jsxImportSource preact */
// A link that is none: what to do instead, in the browser's language.
import { useEffect } from "preact/hooks";
import { wordsOf } from "./words";

export function Broken() {
  const words = wordsOf(...navigator.languages);
  useEffect(() => {
    document.documentElement.lang = words.language;
    document.title = words.brokenTitle;
  }, [words]);
  return (
    <main>
      <section class="card">
        <h1>{words.brokenTitle}</h1>
        <p>{words.broken}</p>
      </section>
    </main>
  );
}
