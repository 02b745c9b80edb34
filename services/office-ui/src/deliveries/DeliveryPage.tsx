// One message: to whom, about what, how it went, what it said.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { DeliveryDetail } from "../api/types";
import { CopyId } from "../parts/CopyId";
import { PageHead } from "../parts/PageHead";
import { Rendering } from "../parts/Rendering";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { triggerWords } from "../words/triggers";
import { DeliveryStanding } from "./DeliveryStanding";
import { Explanation } from "./Explanation";
import { Acts } from "./Acts";
import { Copies, Original } from "./Copies";
import "./deliveries.css";
import { addressWords } from "./standing";
import { useDelivery } from "./queries";
import { Timeline } from "./Timeline";

export function DeliveryPage() {
  const { id = "" } = useParams();
  const delivery = useDelivery(id);
  if (delivery.isPending) return <Waiting />;
  if (delivery.isError) return <Trouble error={delivery.error} retry={() => void delivery.refetch()} />;
  return <Opened delivery={delivery.data} />;
}

function Opened({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const title = t("delivery.title", {
    channel: t(`channel.${delivery.channel}`),
    name: delivery.recipient_name ?? delivery.customer_name ?? t("delivery.nobody"),
  });
  return (
    <Stack>
      <PageHead title={title}>
        <DeliveryStanding delivery={delivery} />
      </PageHead>
      {delivery.explanation && (
        <div className="card">
          <Explanation delivery={delivery} />
          {delivery.detail && (
            <Text size="sm" c="dimmed" mt={4}>
              {delivery.detail}
            </Text>
          )}
        </div>
      )}
      <Original delivery={delivery} />
      <Acts key={delivery.id} delivery={delivery} />
      <Copies delivery={delivery} />
      <Section title={t("delivery.facts")}>
        <Facts delivery={delivery} />
      </Section>
      <Section title={t("delivery.timeline")}>
        <Timeline delivery={delivery} />
      </Section>
      <Section title={t("delivery.words")}>
        {delivery.content ? (
          <Rendering content={delivery.content} />
        ) : (
          <Text c="dimmed">{t("delivery.noWords")}</Text>
        )}
      </Section>
    </Stack>
  );
}

function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  return (
    <dl className="facts">
      <dt>{t("deliveries.to")}</dt>
      <dd>{addressWords(delivery) || t("delivery.noAddress")}</dd>
      {delivery.customer_id && (
        <>
          <dt>{t("jobs.customer")}</dt>
          <dd>
            <Link to={`/customers/${delivery.customer_id}`}>
              {delivery.customer_name ?? t("delivery.openCustomer")}
            </Link>
          </dd>
        </>
      )}
      {delivery.job_id && (
        <>
          <dt>{t("jobs.job")}</dt>
          <dd>
            <Link to={`/jobs/${delivery.job_id}`}>
              {t("job.number", { number: delivery.job_number ?? "" })}
            </Link>
          </dd>
        </>
      )}
      <dt>{t("deliveries.about")}</dt>
      <dd>
        {triggerWords(delivery.trigger, t)}
        {delivery.rule_name && (
          <span className="quiet"> · {t("delivery.rule", { name: delivery.rule_name })}</span>
        )}
      </dd>
      <dt>{t("deliveries.when")}</dt>
      <dd>
        <When at={delivery.occurred_at} />
      </dd>
      <dt>{t("delivery.id")}</dt>
      <dd>
        <CopyId id={delivery.id} />
      </dd>
    </dl>
  );
}
