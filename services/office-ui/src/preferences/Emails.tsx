/** @jsxImportSource preact */
// What comes to each email address. Of the one that the link came by, also what was stopped there.
import type { Choices, Own } from "./api";
import { FlagSwitch } from "./FlagSwitch";
import { day, type Room } from "./room";
import { Switch } from "./Switch";

interface Props extends Room {
  own: Own;
  choices: Choices;
}

export function Emails({ own, choices, ...room }: Props) {
  const all = choices.choices.find((each) => each.scope === "everything");
  const none = all !== undefined && (all.stopped || all.by_company);
  const shown = own.emails.filter((email) => !(email.sent_here && none));
  return shown.map((email) => (
    <Email key={email.id ?? email.masked_address} {...room} own={own} choices={choices} email={email} />
  ));
}

function Email({ own, choices, email, ...room }: Props & { email: Own["emails"][number] }) {
  const { words } = room;
  const title = words.emails(email.masked_address);
  const stopped = email.sent_here ? <Stopped {...room} choices={choices} /> : null;
  const bookings = own.flags.confirmations;
  const flags = Object.entries(email.flags ?? {});
  if (flags.length === 0 && !stopped) return null;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {flags.map(([flag, on]) => {
          const idle = flag === "confirmations" && !bookings;
          const instead = idle ? words.withAbove : undefined;
          const part = email.id ?? "";
          return (
            <FlagSwitch
              key={flag}
              {...room}
              own={own}
              part={part}
              flag={flag}
              on={on}
              idle={idle}
              instead={instead}
            />
          );
        })}
        {stopped}
      </ul>
    </section>
  );
}

/** Reminders or news that were stopped for this address alone, by one click or by the office. */
function Stopped({ choices, ...room }: Room & { choices: Choices }) {
  const { store, words, company } = room;
  return choices.choices.map(({ scope, stopped, by_company, since }) => {
    if (scope === "everything" || !(stopped || by_company || store.isTouched(scope))) return null;
    const label = words.stoppedHere[scope];
    if (by_company && !stopped) {
      return (
        <li key={scope} class="row">
          <p>
            <strong>{label[0]}</strong>
            <span class="said">{words.byCompany(company)}</span>
          </p>
        </li>
      );
    }
    const said = stopped && since ? words.offBy.you(day(since, words)) : undefined;
    const change = (on: boolean) => ({ scope, stopped: !on });
    return (
      <Switch
        key={scope}
        store={store}
        words={words}
        label={label}
        on={!stopped}
        change={change}
        said={said}
      />
    );
  });
}
