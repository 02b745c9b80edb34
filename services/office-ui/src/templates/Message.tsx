// A message as it arrives: an email in a mail program, a text on a phone, a call that one can hear.
import { Alert, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessagePreview, TextSize } from "../api/types";
import { Rendering } from "../parts/Rendering";
import { useSpeech } from "./useSpeech";

export function Message({ message, longest }: { message: MessagePreview; longest?: number | undefined }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      {message.too_long && (
        <Alert color="red" role="alert">
          {t("templates.preview.tooLong")}
        </Alert>
      )}
      {message.channel === "email" && <Email message={message} />}
      {message.channel === "sms" && <Bubble message={message} longest={longest} />}
      {message.channel === "voice" && <Call message={message} />}
    </Stack>
  );
}

const WIDTHS = ["wide", "phone", "plain"] as const;

function Email({ message: { subject, html, text } }: { message: MessagePreview }) {
  const { t } = useTranslation();
  const [width, setWidth] = useState<string>("wide");
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t("templates.preview.width")}
        value={width}
        onChange={setWidth}
        data={WIDTHS.map((each) => ({ value: each, label: t(`templates.preview.${each}`) }))}
        style={{ alignSelf: "flex-start" }}
      />
      <div className={width === "phone" ? "device" : undefined}>
        <Rendering content={{ subject, html: width === "plain" ? null : html, text }} />
      </div>
    </>
  );
}

function Bubble({
  message: { text, size, first },
  longest,
}: {
  message: MessagePreview;
  longest: number | undefined;
}) {
  const { t } = useTranslation();
  return (
    <>
      <p className="bubble">{text}</p>
      {size && <Cost size={size} />}
      {longest && (
        <Text size="sm" c="dimmed">
          {t("templates.preview.longest", { count: longest })}
        </Text>
      )}
      {first && first.text !== text && (
        <div>
          <Text size="sm" c="dimmed">
            {t("templates.preview.first")}
          </Text>
          <p className="bubble">{first.text}</p>
          <Cost size={first.size} />
        </div>
      )}
    </>
  );
}

function Cost({ size }: { size: TextSize }) {
  const { t } = useTranslation();
  const dearer = size.warnings.filter((warning) => !warning.startsWith("It is billed as"));
  return (
    <div>
      <Text size="sm">
        {t("templates.preview.segments", { count: size.segments, characters: size.characters })}
      </Text>
      {dearer.map((warning) => (
        <Text key={warning} size="sm" c="dimmed">
          {warning}
        </Text>
      ))}
    </div>
  );
}

function Call({ message: { spoken, text, locale } }: { message: MessagePreview }) {
  const { t } = useTranslation();
  const words = spoken ?? text;
  const speech = useSpeech(words, locale);
  return (
    <>
      {speech.possible && (
        <Group>
          <Button variant="default" onClick={speech.speaking ? speech.stop : speech.speak}>
            {speech.speaking ? t("templates.preview.stop") : t("templates.preview.listen")}
          </Button>
        </Group>
      )}
      <Text size="sm" c="dimmed" role="status">
        {speech.possible ? t("templates.preview.says") : t("templates.preview.noVoice")}
      </Text>
      <p className="words">{words}</p>
    </>
  );
}
