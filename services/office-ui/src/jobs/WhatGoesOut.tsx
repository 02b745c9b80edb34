// What is set up to go out when a status is set: the rules, and how long there is time to undo.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answered } from "../api/client";
import type { Job, Rule, StatusEntry } from "../api/types";
import { useApi } from "../api/useApi";

export function WhatGoesOut({ status, job }: { status: StatusEntry; job: Job }) {
  const { t } = useTranslation();
  const rules = useRulesOf(status, job);
  if (!rules) return null;
  return (
    <div className="card" role="status">
      {rules.length === 0 ? (
        <Text size="sm">{t("change.nothingSetUp", { status: status.name })}</Text>
      ) : (
        <>
          <Text size="sm" fw={550}>
            {t("change.setUp")}
          </Text>
          <ul style={{ margin: "4px 0 0", paddingLeft: "1.2em", fontSize: 14 }}>
            {rules.map((rule) => (
              <li key={rule.id}>
                {rule.name} <span className="quiet">· {t(`channel.${rule.channel}`)}</span>
              </li>
            ))}
          </ul>
          <Text size="sm" c="dimmed" mt="xs">
            {status.hold_seconds > 0
              ? t("change.hold", { seconds: status.hold_seconds })
              : t("change.noHold")}
          </Text>
        </>
      )}
    </div>
  );
}

function useRulesOf(status: StatusEntry, job: Job): Rule[] | undefined {
  const api = useApi().notifier;
  const { data } = useQuery({
    queryKey: ["rules", "of statuses"],
    queryFn: async ({ signal }) => {
      const of = (trigger: Rule["trigger"]) =>
        answered(api.GET("/v1/rules", { params: { query: { trigger, limit: 200 } }, signal }));
      const [set, closed] = await Promise.all([of("status_set"), of("work_order_closed")]);
      return [...set.items, ...closed.items];
    },
  });
  const closes = status.closes && !job.closed_at;
  return data?.filter(
    (rule) => rule.active && (rule.trigger === "status_set" ? rule.status_id === status.id : closes),
  );
}
