// Who did what to the job, newest first.
import { useTranslation } from "react-i18next";
import type { HistoryEntry } from "../api/types";
import { More } from "../parts/More";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { Moment } from "../parts/When";
import { useSession } from "../session/useSession";
import { useHistory } from "./queries";

const KNOWN = [
  "JobCreated",
  "JobUpdated",
  "JobCancelled",
  "StatusChanged",
  "WOClosed",
  "WOReopened",
  "PaymentReceived",
  "InvoiceIssued",
  "InvoicePaid",
  "InvoiceOverdue",
  "EstimateSent",
  "EstimateDecided",
] as const;

export function History({ id }: { id: string }) {
  const history = useHistory(id);
  if (history.isPending) return <Waiting lines={3} />;
  if (history.isError) return <Trouble error={history.error} retry={() => void history.refetch()} />;
  const entries = history.data.pages.flatMap((page) => page.items).toReversed();
  return (
    <>
      <ol className="timeline">
        {entries.map((entry) => (
          <li key={entry.id}>
            <span className="quiet">
              <Moment at={entry.happened_at} />
            </span>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      <More pages={history} />
    </>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const { id } = useSession();
  const who = entry.actor.id === id ? t("who.you") : t(`who.${entry.actor.role}`);
  const type = KNOWN.find((known) => entry.type.includes(known));
  const what = type ? t(`happened.${type}`, { status: entry.status_name }) : entry.type;
  return (
    <span>
      {what} <span className="quiet">· {who}</span>
      {!entry.notify && <span className="quiet"> · {t("happened.quietly")}</span>}
    </span>
  );
}
