// A region's message for a status that it has none for yet: choose the status, go on with the message.
import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { BoardRow, Region, StatusEntry } from "../../api/types";
import { useStatuses } from "../../jobs/queries";
import { asQuery } from "../rules/place";

export function AnotherStatus({ region, rows }: { region: Region; rows: BoardRow[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const statuses = useStatuses().data ?? [];
  const missing = statuses.filter(
    ({ id, active }) => active && !rows.some(({ status_id }) => status_id === id),
  );
  const open = (status: StatusEntry) => {
    const place = {
      trigger: "status_set",
      channel: "email",
      statusId: status.id,
      regionId: region.id,
    } as const;
    void navigate(`/settings/rules/new?${asQuery(place, `${region.name}: ${status.name}`)}`);
  };
  return (
    <Menu position="bottom-start" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" size="compact-sm" disabled={missing.length === 0}>
          {t("settings.regions.another")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {missing.map((status) => (
          <Menu.Item key={status.id} onClick={() => open(status)}>
            {status.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
