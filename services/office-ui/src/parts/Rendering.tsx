// A message as its reader saw it. The frame runs no script, opens no form and tells no one that it was looked at here.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Content } from "../api/types";

type Shown = Pick<Content, "subject" | "html" | "text"> & Partial<Pick<Content, "report">>;

export function Rendering({ content }: { content: Shown }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      {content.subject && <Text fw={600}>{content.subject}</Text>}
      {content.html ? (
        <iframe
          className="rendering"
          title={t("rendering.title")}
          sandbox=""
          srcDoc={guarded(content.html)}
        />
      ) : (
        <p className="words">{content.text}</p>
      )}
      {content.report && (
        <Text size="sm" c="dimmed">
          {t("rendering.report", { name: content.report.name })}
        </Text>
      )}
    </Stack>
  );
}

function guarded(html: string): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: ${window.location.origin}`;
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">${html}`;
}
