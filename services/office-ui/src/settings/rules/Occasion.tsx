// On which occasion, and by which channel, a new message goes; chosen once, and kept in the address.
import { Group, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useStatuses } from "../../jobs/queries";
import { useFilters } from "../../parts/useFilters";
import { triggerWords } from "../../words/triggers";
import { CHANNELS } from "../board/Cells";
import type { Place } from "./queries";
import { REMINDERS } from "./timing";

const EVENTS = [
  "estimate_created",
  "job_created",
  "job_updated",
  "job_cancelled",
  "work_order_closed",
  "payment_received",
  "invoice_issued",
  "request_received",
  "request_accepted",
  "request_rejected",
] as const;

export function Occasion({ place }: { place: Place }) {
  const { t } = useTranslation();
  const { set } = useFilters();
  const statuses = (useStatuses().data ?? []).filter(({ active }) => active);
  const choose = (value: string) => {
    const status = statuses.some(({ id }) => id === value);
    set({ trigger: status ? "status_set" : value, status: status ? value : null });
  };
  const asOption = (trigger: string) => ({ value: trigger, label: triggerWords(trigger, t) });
  return (
    <Group mb="md">
      <NativeSelect
        label={t("settings.rule.happens")}
        value={place.statusId ?? place.trigger}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        data={[
          {
            group: t("settings.rule.statuses"),
            items: [
              { value: "status_set", label: t("settings.rule.anyStatus") },
              ...statuses.map(({ id, name }) => ({ value: id, label: name })),
            ],
          },
          { group: t("settings.rule.events"), items: EVENTS.map(asOption) },
          { group: t("settings.rule.reminders"), items: REMINDERS.map(asOption) },
        ]}
      />
      <NativeSelect
        label={t("settings.rule.channel")}
        value={place.channel}
        onChange={({ currentTarget }) => set({ channel: currentTarget.value })}
        data={CHANNELS.map((channel) => ({ value: channel, label: t(`channel.${channel}`) }))}
      />
    </Group>
  );
}
