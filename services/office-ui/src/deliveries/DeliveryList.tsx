// The log of all messages, by saved views: what needs a person comes first.
import { Button, Group, NativeSelect, SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Channel, Delivery, Reason } from "../api/types";
import { CustomerName } from "../customers/CustomerName";
import { DayField } from "../parts/DayField";
import { Empty } from "../parts/Empty";
import { More } from "../parts/More";
import { PageHead } from "../parts/PageHead";
import { SearchField } from "../parts/SearchField";
import { Trouble } from "../parts/Trouble";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { dayNamed } from "../words/days";
import { triggerWords } from "../words/triggers";
import { useExport } from "./acting";
import { BulkResend } from "./BulkResend";
import "./deliveries.css";
import { DeliveryStanding } from "./DeliveryStanding";
import { Explanation } from "./Explanation";
import { type DeliveryFilters, useDeliveries } from "./queries";
import { addressWords, type Standing, statesOf } from "./standing";

const VIEWS = ["bad", "quiet", "waiting", "good", "all"] as const;
const SEARCH_LEAST = 2; // letters that the log can be searched for
const CHANNELS: Channel[] = ["email", "sms", "voice"];

type View = Standing | "all";

function useChosen() {
  const { get, set } = useFilters();
  const view: View = VIEWS.find((each) => each === get("view")) ?? "bad";
  const channel = CHANNELS.find((each) => each === get("channel"));
  const reason = get("reason") as Reason | undefined; // a wrong one is refused by the service, in a sentence
  return { view, channel, reason, customer: get("customer"), day: get("day"), search: get("q"), set };
}

/** What the list shows, as the log is asked for it. */
function useWanted(): DeliveryFilters {
  const { view, channel, reason, customer, day, search } = useChosen();
  const states = view === "all" ? undefined : statesOf(view);
  return { customer, channel, reason, day: dayNamed(day), states, search };
}

export function DeliveryList() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("deliveries.title")}>
        <Export />
      </PageHead>
      <Filters />
      <Again />
      <Deliveries />
    </>
  );
}

function Export() {
  const { t } = useTranslation();
  const fetching = useExport(useWanted());
  return (
    <>
      <Button variant="default" loading={fetching.isPending} onClick={() => fetching.mutate()}>
        {t("deliveries.export")}
      </Button>
      {fetching.isError && <Trouble error={fetching.error} />}
    </>
  );
}

/** Of what the list shows, where that is anything; what is searched for can't be sent again in bulk. */
function Again() {
  const { view, channel, reason, customer, day, search } = useChosen();
  const isEmpty = useDeliveries(useWanted()).data?.pages[0]?.items.length === 0;
  if (view !== "bad" || search) return null;
  return <BulkResend isEmpty={isEmpty} narrowed={{ channel, reason, customer, day: dayNamed(day) }} />;
}

function Filters() {
  const { t } = useTranslation();
  const { view, channel, reason, customer, day, search, set } = useChosen();
  return (
    <Group align="flex-end" mb="md">
      <SearchField
        label={t("deliveries.search")}
        value={search}
        least={SEARCH_LEAST}
        onSearch={(q) => set({ q })}
      />
      <SegmentedControl
        aria-label={t("deliveries.view")}
        value={view}
        onChange={(value) => set({ view: value })}
        data={VIEWS.map((each) => ({ value: each, label: t(`deliveries.views.${each}`) }))}
        className="views"
      />
      <NativeSelect
        aria-label={t("deliveries.channel")}
        value={channel ?? ""}
        onChange={({ currentTarget }) => set({ channel: currentTarget.value })}
        data={[
          { value: "", label: t("deliveries.anyChannel") },
          ...CHANNELS.map((each) => ({ value: each, label: t(`channel.${each}`) })),
        ]}
      />
      <DayField label={t("deliveries.day")} value={day} onPick={(name) => set({ day: name })} />
      {reason && (
        <Button variant="default" onClick={() => set({ reason: null })}>
          {t("deliveries.notOnlyReason")}
        </Button>
      )}
      {customer && (
        <Button variant="default" onClick={() => set({ customer: null })}>
          <span>
            {t("jobs.notOnly")} <CustomerName id={customer} />
          </span>
        </Button>
      )}
    </Group>
  );
}

function Deliveries() {
  const { t } = useTranslation();
  const { view, search } = useChosen();
  const log = useDeliveries(useWanted());
  if (log.isPending) return <Waiting lines={10} />;
  if (log.isError) return <Trouble error={log.error} retry={() => void log.refetch()} />;
  const rows = log.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Empty>{t(`deliveries.none.${search ? "found" : view}`)}</Empty>;
  return (
    <>
      <table className="grid" aria-label={t("deliveries.title")}>
        <thead>
          <tr>
            <th scope="col">{t("deliveries.to")}</th>
            <th scope="col">{t("deliveries.about")}</th>
            <th scope="col">{t("deliveries.state")}</th>
            <th scope="col">{t("deliveries.why")}</th>
            <th scope="col">{t("deliveries.when")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((delivery) => (
            <Row key={delivery.id} delivery={delivery} />
          ))}
        </tbody>
      </table>
      <More pages={log} />
    </>
  );
}

function Row({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <Link className="whole-row" to={`/deliveries/${delivery.id}`}>
          {delivery.recipient_name ?? delivery.customer_name ?? t("delivery.nobody")}
        </Link>
        <div className="quiet">
          {t(`channel.${delivery.channel}`)}
          {delivery.address && <div>{addressWords(delivery)}</div>}
        </div>
      </td>
      <td>
        {delivery.rule_name ?? triggerWords(delivery.trigger, t)}
        {delivery.job_number !== null && (
          <div className="quiet">{t("job.number", { number: delivery.job_number })}</div>
        )}
      </td>
      <td className="narrow">
        <DeliveryStanding delivery={delivery} />
      </td>
      <td>
        <Explanation delivery={delivery} />
      </td>
      <td className="narrow quiet">
        <When at={delivery.occurred_at} />
      </td>
    </tr>
  );
}
