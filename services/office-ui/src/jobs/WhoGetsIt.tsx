// Who would get what, and why not, if something happened now: asked of the planner itself (G15).
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answered } from "../api/client";
import type { AskedRun, DryRunRow } from "../api/types";
import { useApi } from "../api/useApi";
import { addressWords, reasonWords } from "../deliveries/standing";
import { Dot } from "../parts/Dot";
import { Rendering } from "../parts/Rendering";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";

interface Props {
  ask: Omit<AskedRun, "notify" | "previews">;
  /** What is said where nobody is told. */
  nobody: string;
  /** How long the messages wait, where that is known. */
  hold?: number;
}

export function WhoGetsIt({ ask, nobody, hold }: Props) {
  const { t } = useTranslation();
  const run = useDryRun(ask);
  if (run.isPending) return <Waiting lines={2} />;
  if (run.isError) return <Trouble error={run.error} retry={() => void run.refetch()} />;
  const { rows, rows_left_off: left } = run.data;
  return (
    <div className="card" role="status">
      <Text size="sm" fw={550}>
        {rows.length > 0 ? t("change.who") : nobody}
      </Text>
      <ul className="timeline plain">
        {rows.toSorted(goingFirst).map((row, place) => (
          <Row key={place} row={row} />
        ))}
      </ul>
      {left > 0 && <Text size="sm">{t("change.more", { count: left })}</Text>}
      {hold !== undefined && rows.some(({ state }) => state === "queued") && (
        <Text size="sm" c="dimmed" mt="xs">
          {hold > 0 ? t("change.hold", { seconds: hold }) : t("change.noHold")}
        </Text>
      )}
    </div>
  );
}

function goingFirst(one: DryRunRow, other: DryRunRow): number {
  return Number(other.state === "queued") - Number(one.state === "queued");
}

function Row({ row }: { row: DryRunRow }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const goes = row.state === "queued";
  return (
    <li>
      <Dot colour={goes ? "var(--fb-good)" : "var(--fb-quiet)"}>
        {row.recipient_name ?? t("delivery.nobody")}
        <span className="quiet">
          {" "}
          · {t(`channel.${row.channel}`)} {addressWords(row) && `· ${addressWords(row)} `}·{" "}
        </span>
        {goes ? t("change.goes") : t("change.goesNot")}{" "}
        {row.preview && (
          <Button variant="subtle" size="compact-sm" px={4} onClick={toggle} aria-expanded={open}>
            {open ? t("notifications.hide") : t("change.preview")}
          </Button>
        )}
        {!goes && row.explanation && <div className="quiet">{reasonWords(row.explanation)}</div>}
      </Dot>
      {open && row.preview && <Rendering content={row.preview} />}
    </li>
  );
}

function useDryRun(ask: Props["ask"]) {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["dry run", ask],
    staleTime: 0,
    queryFn: ({ signal }) =>
      answered(api.POST("/v1/dry-runs", { body: { ...ask, notify: true, previews: 10 }, signal })),
  });
}
