/** @jsxImportSource preact */
// Texts and calls: what can be switched here, and what only the phone itself can say.
import type { Own } from "./api";
import { FlagSwitch } from "./FlagSwitch";
import type { Room } from "./room";

export function Phones({ own, ...room }: Room & { own: Own }) {
  const { words } = room;
  const agreed = own.phones.some((phone) => phone.sms_consent === "granted" && !phone.landline);
  return (
    <section class="card" aria-labelledby="phones">
      <h2 id="phones">{words.phones}</h2>
      <ul>
        <FlagSwitch
          {...room}
          own={own}
          flag="text"
          on={own.flags.text}
          instead={agreed ? undefined : words.needsYes}
        />
        <FlagSwitch {...room} own={own} flag="voice" on={own.flags.voice} />
        {own.phones.map((phone) => (
          <li key={phone.id} class="row">
            <div>
              <h3>{words.phone(phone.masked_number)}</h3>
              <p>{phone.landline ? words.landline : words.consent[phone.sms_consent](room.company)}</p>
              {phone.calls_opted_out && <p>{words.callsEnded}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
