// Pause and resume: who paused, when, why, and what waits.
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Pause } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { When } from "../../parts/When";
import { useSession } from "../../session/useSession";
import { flaws } from "../flaws";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { useSetPause } from "./queries";

export function PauseCard({ pause }: { pause: Pause }) {
  const { t } = useTranslation();
  const session = useSession();
  const done = useOffer();
  const set = useSetPause();
  const [note, setNote] = useState("");
  const paused = pause.paused || pause.paused_for_all;
  const change = (to: boolean) =>
    whenDone(
      set.mutateAsync({ from: pause, paused: to, note: note.trim() === "" ? null : note.trim() }),
      (after) => {
        setNote("");
        done({
          words: t(to ? "settings.sending.nowPaused" : "settings.sending.nowResumed"),
          // What was let go is not called back: only a pause is taken back by one click.
          ...(to && { undo: () => set.mutateAsync({ from: after, paused: false }) }),
        });
      },
    );
  const who =
    pause.changed_by === session.id
      ? t("who.you")
      : (pause.changed_by_name ?? t(pause.changed_by ? "who.colleague" : "who.service"));
  return (
    <Section title={t("settings.sending.pause")}>
      <Stack gap="sm">
        {paused ? (
          <Alert color="yellow" role="status" title={t("settings.sending.paused")}>
            <Stack gap={4}>
              <Text size="sm">{pause.explanation}</Text>
              {pause.paused && pause.changed_at && (
                <Text size="sm">
                  {t("settings.sending.since", { who })} <When at={pause.changed_at} />
                  {pause.note && `: “${pause.note}”`}
                </Text>
              )}
            </Stack>
          </Alert>
        ) : (
          <Text>{t("settings.sending.running")}</Text>
        )}
        {(paused || pause.waiting > 0) && (
          <Text size="sm">
            <Link to="/deliveries?view=waiting">
              {t("settings.sending.waiting", { count: pause.waiting })}
            </Link>{" "}
            {paused && t("settings.sending.waitingHelp")}
          </Text>
        )}
        {set.isError && <Trouble error={set.error} />}
        {session.has("admin") &&
          (pause.paused ? (
            <Group>
              <Button loading={set.isPending} onClick={() => change(false)}>
                {t("settings.sending.resume")}
              </Button>
              <Text size="sm" c="dimmed">
                {t("settings.sending.resumeHelp")}
              </Text>
            </Group>
          ) : (
            <Group align="flex-end">
              <TextInput
                label={t("settings.sending.note")}
                maxLength={500}
                value={note}
                onChange={({ currentTarget }) => setNote(currentTarget.value)}
                error={flaws(set.error).note}
                style={{ flex: "1 1 16rem" }}
              />
              <Button variant="default" loading={set.isPending} onClick={() => change(true)}>
                {t("settings.sending.doPause")}
              </Button>
            </Group>
          ))}
      </Stack>
    </Section>
  );
}
