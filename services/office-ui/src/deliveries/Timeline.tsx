// What was done with a message: planned, tried, and what the provider said of it.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { DeliveryDetail } from "../api/types";
import { Moment } from "../parts/When";

interface Step {
  at: string;
  what: string;
  more?: string | null;
}

export function Timeline({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  return (
    <ol className="timeline">
      {steps(delivery, t).map(({ at, what, more }, place) => (
        <li key={place}>
          <span className="quiet">
            <Moment at={at} />
          </span>
          <span>
            {what}
            {more && <span className="quiet"> · {more}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function steps(delivery: DeliveryDetail, t: TFunction): Step[] {
  const tries = delivery.tries.map((each) => ({
    at: each.finished_at ?? each.started_at,
    what: each.outcome
      ? t("delivery.tried", { number: each.number, outcome: each.outcome })
      : t("delivery.trying", { number: each.number }),
    more: [each.code, each.detail].filter(Boolean).join(" · "),
  }));
  const receipts = delivery.receipts.map((each) => ({
    at: each.received_at,
    what: t("delivery.receipt", { status: each.status }),
    more: each.explanation ?? each.error_code,
  }));
  const between = [...tries, ...receipts].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return [
    { at: delivery.occurred_at, what: t("delivery.happened") },
    { at: delivery.planned_at, what: t("delivery.planned") },
    ...between,
    { at: delivery.updated_at, what: t(`state.${delivery.state}`) },
  ];
}
