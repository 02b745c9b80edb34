// What was done with a message, in order: planned, tried, what the provider said of it, what the office did.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliveryDetail, DeliveryState, Step } from "../api/types";
import { Moment } from "../parts/When";
import { reasonWords } from "./standing";

export function Timeline({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  return (
    <ol className="timeline">
      {delivery.timeline.map((step, place) => (
        <li key={place}>
          <span className="quiet">
            <Moment at={step.at} />
          </span>
          <span>
            {what(step, t)}
            {step.said && <span className="quiet"> · {step.said}</span>}
            {step.explanation && <span className="quiet"> · {reasonWords(step.explanation)}</span>}
            {step.copy_id && (
              <>
                {" "}
                <Link to={`/deliveries/${step.copy_id}`}>{t("resend.see")}</Link>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function what(step: Step, t: TFunction): string {
  const { kind, number, outcome, who } = step;
  if (kind === "ended") return t(`state.${outcome as DeliveryState}`);
  if (kind === "tried") {
    return outcome
      ? t("steps.tried", { number, outcome: outcomeWords(outcome, t) })
      : t("steps.trying", { number });
  }
  return t(`steps.${kind}`, { who });
}

/** A try that is put back into the queue is a refusal for now. */
function outcomeWords(outcome: string, t: TFunction): string {
  return outcome === "queued" ? t("steps.later") : t(`state.${outcome as DeliveryState}`).toLowerCase();
}
