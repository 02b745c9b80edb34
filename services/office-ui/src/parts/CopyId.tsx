// An id that can be copied, for whoever asks about it.
import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function CopyId({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <>
      <code>{id}</code>{" "}
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-xs" onClick={copy}>
            {copied ? t("copied") : t("copy")}
          </Button>
        )}
      </CopyButton>
    </>
  );
}
