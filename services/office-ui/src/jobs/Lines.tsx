// What is done, and what it costs.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { money } from "../words/money";

export function Lines({ job }: { job: Job }) {
  const { t } = useTranslation();
  const lines = job.lines;
  if (lines.length === 0) return <Text c="dimmed">{t("job.noLines")}</Text>;
  return (
    <ul className="timeline">
      {lines.map(({ description, quantity, unit_price }, place) => (
        <li key={place} style={{ gridTemplateColumns: "1fr max-content" }}>
          <span>{description}</span>
          <span className="quiet">
            {Number(quantity)} × {money(unit_price, job.currency)}
          </span>
        </li>
      ))}
    </ul>
  );
}
