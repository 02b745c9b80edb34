/** @jsxImportSource preact */
// What a person hears of, whatever the way.
import type { Own } from "./api";
import { FlagSwitch } from "./FlagSwitch";
import type { Room } from "./room";

const OF_PHONES = ["text", "voice"];

export function Person({ own, ...room }: Room & { own: Own }) {
  const flags = Object.entries(own.flags).filter(([flag]) => !OF_PHONES.includes(flag));
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">{room.words.about}</h2>
      <p class="quiet">{room.words.aboutHint}</p>
      <ul>
        {flags.map(([flag, on]) => (
          <FlagSwitch key={flag} {...room} own={own} flag={flag} on={on} />
        ))}
      </ul>
    </section>
  );
}
