// Did they get it, what did it say, and why not: the log of one job, by what happened.
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Delivery, HistoryEntry, Job } from "../api/types";
import { DeliveryStanding } from "../deliveries/DeliveryStanding";
import { Explanation } from "../deliveries/Explanation";
import { useDeliveries, useDelivery } from "../deliveries/queries";
import { addressWords, type Standing, standing } from "../deliveries/standing";
import { More } from "../parts/More";
import { Rendering } from "../parts/Rendering";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { triggerWords } from "../words/triggers";
import { useHistory } from "./queries";

const NEWS = 10_000;
const ORDER: Standing[] = ["bad", "good", "waiting", "quiet"];

export function Notifications({ job }: { job: Job }) {
  const { t } = useTranslation();
  const newsUntil = Date.parse(job.status_set_at ?? job.created_at) + NEWS;
  const log = useDeliveries({ job: job.id }, newsUntil);
  return (
    <Section title={t("notifications.title")}>
      {log.isPending ? (
        <Waiting lines={3} />
      ) : log.isError ? (
        <Trouble error={log.error} retry={() => void log.refetch()} />
      ) : (
        <Occurrences job={job} deliveries={log.data.pages.flatMap((page) => page.items)} />
      )}
      <More pages={log} />
    </Section>
  );
}

function Occurrences({ job, deliveries }: { job: Job; deliveries: Delivery[] }) {
  const { t } = useTranslation();
  const history = useHistory(job.id).data?.pages.flatMap((page) => page.items) ?? [];
  if (deliveries.length === 0) return <Text c="dimmed">{t("notifications.none")}</Text>;
  const byEvent = Map.groupBy(deliveries, ({ event_id }) => event_id);
  return [...byEvent].map(([event, rows]) => (
    <Occurrence key={event} rows={rows} entry={history.find(({ id }) => id === event)} />
  ));
}

function Occurrence({ rows, entry }: { rows: Delivery[]; entry: HistoryEntry | undefined }) {
  const { t } = useTranslation();
  const [first] = rows;
  if (!first) return null;
  const counts = Map.groupBy(rows, standing);
  const said = ORDER.map((each) => ({ each, count: counts.get(each)?.length ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ each, count }) => t(`notifications.${each}`, { count }));
  return (
    <div style={{ marginTop: 16 }}>
      <Text component="h3" size="sm" fw={650} m={0}>
        {entry && first.trigger === "status_set" ? entry.status_name : triggerWords(first.trigger, t)}{" "}
        <span className="quiet" style={{ fontWeight: 400 }}>
          {said.join(", ")} · <When at={first.occurred_at} />
        </span>
      </Text>
      <ul className="timeline">
        {rows.toSorted(byStanding).map((delivery) => (
          <Row key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </div>
  );
}

function byStanding(one: Delivery, other: Delivery): number {
  return ORDER.indexOf(standing(one)) - ORDER.indexOf(standing(other));
}

function Row({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const hasWords = ["good", "bad"].includes(standing(delivery)) && delivery.attempts > 0;
  return (
    <li>
      <DeliveryStanding delivery={delivery} />
      <div>
        <Link to={`/deliveries/${delivery.id}`}>{delivery.recipient_name ?? t("delivery.nobody")}</Link>{" "}
        <span className="quiet">
          · {t(`channel.${delivery.channel}`)}
          {delivery.address && ` · ${addressWords(delivery)}`}
        </span>{" "}
        {hasWords && (
          <Button variant="subtle" size="compact-sm" px={4} onClick={toggle} aria-expanded={open}>
            {open ? t("notifications.hide") : t("notifications.show")}
          </Button>
        )}
        {delivery.explanation && (
          <div>
            <Explanation delivery={delivery} />
          </div>
        )}
        {open && <Words id={delivery.id} />}
      </div>
    </li>
  );
}

function Words({ id }: { id: string }) {
  const { t } = useTranslation();
  const delivery = useDelivery(id);
  if (delivery.isPending) return <Waiting lines={3} />;
  if (delivery.isError) return <Trouble error={delivery.error} retry={() => void delivery.refetch()} />;
  if (!delivery.data.content) return <Text size="sm">{t("rendering.gone")}</Text>;
  return <Rendering content={delivery.data.content} />;
}
