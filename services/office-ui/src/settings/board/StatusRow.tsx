// A status: what it is, what it sends, and, opened, its settings.
import { Button, Group } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { BoardRow, StatusEntry } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { useSession } from "../../session/useSession";
import { Cells } from "./Cells";
import { StatusPanel } from "./StatusPanel";

interface Props {
  status: StatusEntry;
  row: BoardRow | undefined;
  inUse: StatusEntry[];
  opened: boolean;
  onToggle: () => void;
}

export function StatusRow({ status, row, inUse, opened, onToggle }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const panel = useId();
  const cells = row ?? { trigger: "status_set" as const, status_id: status.id, channels: {} };
  return (
    <>
      <tr>
        <td>
          <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
            <div>
              <Dot colour={status.colour}>
                <strong>{status.name}</strong>
              </Dot>
              <div className="what-for">
                <About status={status} />
              </div>
            </div>
            {mayChange && (
              <Button
                variant="default"
                size="compact-xs"
                aria-expanded={opened}
                aria-controls={panel}
                onClick={onToggle}
              >
                {t(opened ? "close" : "settings.board.edit")}
                <span className="hidden"> {status.name}</span>
              </Button>
            )}
          </Group>
        </td>
        <Cells title={status.name} row={cells} />
      </tr>
      {opened && (
        <tr className="opened" id={panel}>
          <td colSpan={4}>
            <StatusPanel status={status} inUse={inUse} />
          </td>
        </tr>
      )}
    </>
  );
}

function About({ status }: { status: StatusEntry }) {
  const { t } = useTranslation();
  return [
    !status.active && t("settings.board.retired"),
    status.closes && t("settings.board.closes"),
    status.hold_seconds > 0 && t("settings.board.hold", { seconds: status.hold_seconds }),
    status.allow_tech_skip && t("settings.board.techMaySkip"),
  ]
    .filter(Boolean)
    .join(" · ");
}
