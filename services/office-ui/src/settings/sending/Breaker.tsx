// The breaker: how much this hour has, how much is usual, and when it would pause by itself.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useVolume } from "./queries";

export function Breaker() {
  const { t } = useTranslation();
  const volume = useVolume();
  return (
    <Section title={t("settings.sending.breaker")}>
      {volume.isPending ? (
        <Waiting lines={2} />
      ) : volume.isError ? (
        <Trouble error={volume.error} retry={() => void volume.refetch()} />
      ) : (
        <Stack gap={4}>
          <Text size="sm">
            {t("settings.sending.thisHour", { count: volume.data.planned })}{" "}
            {volume.data.usual === null
              ? t("settings.sending.noUsual")
              : t("settings.sending.usual", { count: Math.round(volume.data.usual) })}
          </Text>
          <Text size="sm">
            {volume.data.judged
              ? t("settings.sending.trips", { most: volume.data.limit.toLocaleString("en") })
              : t("settings.sending.notJudged")}
          </Text>
        </Stack>
      )}
    </Section>
  );
}
