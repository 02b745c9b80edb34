// Statuses and messages: what gets sent when, where two messages meet, and the statuses themselves.
import { Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Board, StatusEntry } from "../../api/types";
import { useStatuses } from "../../jobs/queries";
import { PageHead } from "../../parts/PageHead";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { useBoard } from "../rules/queries";
import { EventTable } from "./EventTable";
import { StatusTable } from "./StatusTable";
import { Warnings } from "./Warnings";

export function BoardPage() {
  const { t } = useTranslation();
  const board = useBoard();
  const statuses = useStatuses();
  const again = () => void Promise.all([board.refetch(), statuses.refetch()]);
  return (
    <>
      <PageHead title={t("settings.places.messages")} />
      {board.isPending || statuses.isPending ? (
        <Waiting lines={10} />
      ) : board.data && statuses.data ? (
        <Shown board={board.data} statuses={statuses.data} />
      ) : (
        <Trouble error={board.error ?? statuses.error ?? new Error()} retry={again} />
      )}
    </>
  );
}

function Shown({ board, statuses }: { board: Board; statuses: StatusEntry[] }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const events = board.rows.filter(({ about, status_id }) => !status_id && about !== "reminder");
  return (
    <Stack>
      <Warnings board={board} />
      <Section title={t("settings.board.statuses")}>
        <StatusTable rows={board.rows} statuses={statuses} />
      </Section>
      <Section title={t("settings.board.events")}>
        <Text size="sm" c="dimmed" mb="sm">
          {t("settings.board.eventsHelp")}
        </Text>
        <EventTable rows={events} label={t("settings.board.events")} />
        {mayChange && (
          <Button component={Link} to="/settings/rules/new" variant="default" mt="md">
            {t("settings.board.special")}
          </Button>
        )}
      </Section>
    </Stack>
  );
}
