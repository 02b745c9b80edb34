/** @jsxImportSource preact */
// Nothing at all, by one button; and back.
import type { Choices, Own } from "./api";
import { everythingElse, inverse } from "./changes";
import { day, type Room } from "./room";

interface Props extends Room {
  own: Own | undefined;
  choices: Choices;
}

export function Everything({ store, words, company, own, choices }: Props) {
  const all = choices.choices.find((each) => each.scope === "everything");
  const here = own?.emails.find((email) => email.sent_here);
  const address = here?.masked_address ?? choices.masked_address ?? words.thisAddress;
  const rest = own ? everythingElse(own) : [];
  const nothing = inverse(rest, own, choices).length === 0;
  const title = !all?.stopped ? words.stopTitle : nothing ? words.stopped : words.stoppedEmails;
  const stop = () => store.changeAll([{ scope: "everything", stopped: true }, ...rest]);
  const undo = () => store.undo({ scope: "everything", stopped: false });
  if (all?.by_company && !all.stopped) return <p class="card">{words.stoppedByCompany(address, company)}</p>;
  return (
    <section class="card" aria-labelledby="everything">
      <h2 id="everything" tabIndex={-1}>
        {title}
      </h2>
      {all?.stopped ? (
        <>
          <p>{words.stoppedSince(address, day(all.since ?? new Date().toISOString(), words))}</p>
          <button type="button" onClick={undo}>
            {store.canUndo ? words.undo : words.again}
          </button>
        </>
      ) : (
        <>
          <p>{own?.phones.length ? words.stopHint : words.stopEmailsHint}</p>
          <button type="button" class="stop" onClick={stop}>
            {words.stop}
          </button>
        </>
      )}
    </section>
  );
}
