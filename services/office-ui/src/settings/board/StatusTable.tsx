// The statuses in their order, what each sends, and each one's settings below it.
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardRow, StatusEntry } from "../../api/types";
import { useSession } from "../../session/useSession";
import { CHANNELS } from "./Cells";
import { NewStatusForm } from "./NewStatusForm";
import { StatusRow } from "./StatusRow";

interface Props {
  rows: BoardRow[];
  statuses: StatusEntry[];
}

export function StatusTable({ rows, statuses }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const [opened, open] = useState<string | null>(null);
  const inUse = statuses.filter(({ active }) => active);
  const retired = statuses.filter(({ active }) => !active);
  const [withRetired, showRetired] = useState(false);
  return (
    <>
      <table className="grid board" aria-label={t("settings.board.statuses")}>
        <thead>
          <tr>
            <th scope="col">{t("settings.board.status")}</th>
            {CHANNELS.map((channel) => (
              <th key={channel} scope="col">
                {t(`channel.${channel}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...inUse, ...(withRetired ? retired : [])].map((status) => (
            <StatusRow
              key={status.id}
              status={status}
              row={rows.find(({ status_id }) => status_id === status.id)}
              inUse={inUse}
              opened={opened === status.id}
              onToggle={() => open(opened === status.id ? null : status.id)}
            />
          ))}
        </tbody>
      </table>
      <Group mt="md" gap="xs">
        {mayChange && <NewStatusForm onAdded={({ id }) => open(id)} />}
        {retired.length > 0 && (
          <Button variant="subtle" aria-expanded={withRetired} onClick={() => showRetired(!withRetired)}>
            {t(withRetired ? "settings.board.hideRetired" : "settings.board.showRetired", {
              count: retired.length,
            })}
          </Button>
        )}
      </Group>
    </>
  );
}
