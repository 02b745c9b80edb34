// A region's message for a status that it has none for yet: choose the status, go on with the message.
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { BoardRow, Region } from "../../api/types";
import { useStatuses } from "../../jobs/queries";
import { asQuery } from "../rules/place";

export function AnotherStatus({ region, rows }: { region: Region; rows: BoardRow[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const statuses = useStatuses().data ?? [];
  const missing = statuses.filter(
    ({ id, active }) => active && !rows.some(({ status_id }) => status_id === id),
  );
  const open = (id: string) => {
    const status = missing.find((each) => each.id === id);
    if (!status) return;
    const place = { trigger: "status_set", channel: "email", statusId: id, regionId: region.id } as const;
    void navigate(`/settings/rules/new?${asQuery(place, `${region.name}: ${status.name}`)}`);
  };
  return (
    <NativeSelect
      size="xs"
      maw={320}
      label={t("settings.regions.another")}
      value=""
      onChange={({ currentTarget }) => open(currentTarget.value)}
      data={[
        { value: "", label: t("settings.regions.chooseStatus") },
        ...missing.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}
