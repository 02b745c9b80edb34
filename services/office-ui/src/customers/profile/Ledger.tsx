// Who agreed to what, when, and by which words: nothing of it is ever changed.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer, LedgerEntry } from "../../api/types";
import { More } from "../../parts/More";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { Moment } from "../../parts/When";
import { phoneNumber } from "../../words/phones";
import { phonesOf, useLedger } from "../queries";

export function Ledger({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const ledger = useLedger(customer);
  if (ledger.isPending) return <Waiting lines={2} />;
  if (ledger.isError) return <Trouble error={ledger.error} retry={() => void ledger.refetch()} />;
  const entries = ledger.data.pages.flatMap((page) => page.items);
  if (entries.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("customer.noConsents")}
      </Text>
    );
  return (
    <>
      <ol className="timeline">
        {entries.map((entry) => (
          <li key={entry.id}>
            <span className="quiet">
              <Moment at={entry.at} />
            </span>
            <Entry customer={customer} entry={entry} />
          </li>
        ))}
      </ol>
      <More pages={ledger} />
    </>
  );
}

function Entry({ customer, entry }: { customer: Customer; entry: LedgerEntry }) {
  const { t } = useTranslation();
  const number = phonesOf(customer).find(({ id }) => id === entry.phone_id)?.number;
  return (
    <div>
      {t(`consent.ledger.${entry.state}`)}
      <span className="quiet">
        {" "}
        · {t(`channel.${entry.channel}`)}
        {number && ` · ${phoneNumber(number)}`} · {withoutId(entry.source)}
      </span>
      {entry.wording && <p className="words">{entry.wording}</p>}
    </div>
  );
}

/** "unsubscribed from reminders by the office, block 6c41...": the block stands among the opt-outs. */
function withoutId(source: string): string {
  return source.replace(/, block [\da-f-]{36}$/, "");
}
