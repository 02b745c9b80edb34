// A skeleton in the place of what is loaded.
import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Waiting({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <Stack className="waiting" gap="sm" role="status" aria-label={t("waiting")}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={28} />
      ))}
    </Stack>
  );
}
