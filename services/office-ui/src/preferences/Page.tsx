/** @jsxImportSource preact */
// All that one person may choose, from top to foot.
import { useEffect, useRef } from "preact/hooks";
import { Broken } from "./Broken";
import { accents } from "./colour";
import { Emails } from "./Emails";
import { Everything } from "./Everything";
import { Foot, Head } from "./Frame";
import { Person } from "./Person";
import { Phones } from "./Phones";
import { Saving } from "./Saving";
import type { Store } from "./store";
import { wordsOf, type Words } from "./words";

interface Props {
  store: Store;
  /** The page without script. */
  plain: string;
}

export function Page({ store, plain }: Props) {
  if (store.standing === "broken") return <Broken />;
  if (!store.choices) return <Opening store={store} plain={plain} />;
  return <Open store={store} />;
}

function Open({ store }: { store: Store }) {
  const { own, choices } = store;
  const company = own?.company.name ?? choices?.company ?? "";
  const brand = own?.company.brand ?? choices?.brand;
  const words = wordsOf(own?.locale ?? choices?.locale ?? "en");
  useNamed(words, words.title(company));
  useEffect(() => {
    for (const [name, value] of accents(brand?.colour ?? ""))
      document.documentElement.style.setProperty(name, value);
  }, [brand?.colour]);
  const room = { store, words, company };
  const stopped = choices?.choices.some((each) => each.scope === "everything" && each.stopped) ?? false;
  useFocusAfter(stopped);
  const everything = choices && <Everything {...room} own={own} choices={choices} />;
  return (
    <main>
      <Head words={words} company={company} brand={brand} name={own?.name} />
      {stopped && everything}
      {!own && <p class="card">{words.gone}</p>}
      {own && <Person {...room} own={own} />}
      {own && choices && <Emails {...room} own={own} choices={choices} />}
      {own && own.phones.length > 0 && <Phones {...room} own={own} />}
      {!stopped && everything}
      <Foot words={words} company={company} brand={brand} />
      <Saving store={store} words={words} />
    </main>
  );
}

function Opening({ store, plain }: Props) {
  const words = wordsOf(...navigator.languages);
  useNamed(words, words.loading);
  if (store.standing === "loading")
    return (
      <main aria-busy="true">
        <p class="card" role="status">
          {words.loading}
        </p>
      </main>
    );
  return (
    <main>
      <section class="card" role="alert">
        <p>{words.unreachable}</p>
        <button type="button" onClick={() => store.hurry()}>
          {words.tryNow}
        </button>{" "}
        <a href={plain}>{words.emailsOnly}</a>
      </section>
    </main>
  );
}

function useNamed(words: Words, title: string): void {
  useEffect(() => {
    document.documentElement.lang = words.language;
    document.title = title;
  }, [words, title]);
}

/** The button that was pressed is elsewhere now: who came by keyboard or listens goes on where it is. */
function useFocusAfter(stopped: boolean): void {
  const beforeRef = useRef(stopped);
  useEffect(() => {
    if (beforeRef.current !== stopped) document.getElementById("everything")?.focus();
    beforeRef.current = stopped;
  }, [stopped]);
}
