// What came of a message that was sent again, and what a copy is a copy of.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliveryDetail } from "../api/types";
import { Section } from "../parts/Section";
import { When } from "../parts/When";
import { DeliveryStanding } from "./DeliveryStanding";

export function Copies({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  if (delivery.copies.length === 0) return null;
  return (
    <Section title={t("resend.copies")}>
      <ul className="plain">
        {delivery.copies.map((copy) => (
          <li key={copy.id} className="copy">
            <Link to={`/deliveries/${copy.id}`}>{t("resend.copy", { number: copy.copy_number })}</Link>
            <DeliveryStanding delivery={copy} />
            <span className="quiet">
              {copy.as_it_was ? t("resend.asItWas") : t("resend.asFresh")} · <When at={copy.planned_at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Original({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  if (!delivery.resend_of) return null;
  return (
    <Text size="sm">
      {t("resend.original", { number: delivery.copy_number })}{" "}
      <Link to={`/deliveries/${delivery.resend_of}`}>{t("resend.seeOriginal")}</Link>
    </Text>
  );
}
