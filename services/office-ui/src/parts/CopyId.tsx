// An id that can be copied, for whoever asks about it; or what else is needed elsewhere, by its name.
import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function CopyId({ id, what }: { id: string; what?: string }) {
  const { t } = useTranslation();
  return (
    <>
      <code>{id}</code>{" "}
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="compact-xs"
            aria-label={what && `${t(copied ? "copied" : "copy")}: ${what}`}
            onClick={copy}
          >
            {t(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </>
  );
}
