// Why it was not sent, or is not yet, and the next step.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Delivery, Reason } from "../api/types";
import { When } from "../parts/When";
import { isMoving, reasonWords, standing } from "./standing";

/** Where the next step is on the customer's page. */
const AT_THE_CUSTOMER: Reason[] = [
  "archived",
  "no_address",
  "invalid_address",
  "confirmations_off",
  "address_confirmations_off",
  "status_updates_off",
  "receipts_off",
  "invoices_off",
  "service_reminders_off",
  "invoice_reminders_off",
  "text_off",
  "voice_off",
  "no_sms_consent",
  "landline",
  "refused_by_provider",
  "address_removed",
];

export function Explanation({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const waits = standing(delivery) === "waiting" && !isMoving(delivery) && delivery.due_at;
  return (
    <>
      {delivery.explanation && reasonWords(delivery.explanation)}
      {waits && (
        <>
          {" "}
          {t("delivery.due")} <When at={waits} />.
        </>
      )}
      <NextStep delivery={delivery} />
    </>
  );
}

function NextStep({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { reason, customer_id } = delivery;
  if (!reason || !customer_id || !AT_THE_CUSTOMER.includes(reason)) return null;
  return (
    <>
      {" "}
      <Link className="above" to={`/customers/${customer_id}`}>
        {reason === "no_sms_consent" ? t("delivery.ask") : t("delivery.openCustomer")}
      </Link>
    </>
  );
}
