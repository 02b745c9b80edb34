// Whether emails are signed in the name of their From, and what to publish so that receivers can check it.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Sender, SenderBody } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { Opener } from "../../parts/Opener";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { DnsRecord } from "./DnsRecord";
import { bodyOf, fieldsOf } from "./fields";
import { KeyForm } from "./KeyForm";
import { useSetSender } from "./queries";

export function SigningCard({ sender }: { sender: Sender | null }) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.signing.title")}>
      {sender?.from_address ? (
        <Signing sender={sender} from={sender.from_address} />
      ) : (
        <Text size="sm">{t("settings.signing.needsFrom")}</Text>
      )}
    </Section>
  );
}

function Signing({ sender, from }: { sender: Sender; from: string }) {
  const { t } = useTranslation();
  const done = useOffer();
  const save = useSetSender();
  const put = (dkim: SenderBody["dkim"]) =>
    save.mutateAsync({ from: sender, body: { ...bodyOf(fieldsOf(sender), sender), dkim: dkim ?? null } });
  const { dkim } = sender;
  const set = async (selector: string, private_key: string) => {
    await put({ selector, private_key });
    done({ words: t(dkim ? "settings.signing.savedAnother" : "settings.signing.saved", { from }) });
  };
  const stop = () => whenDone(put(null), () => done({ words: t("settings.signing.stopped") }));
  return (
    <Stack gap="sm">
      {dkim ? (
        <Used dkim={dkim} from={from} />
      ) : (
        <Text size="sm">{t("settings.signing.help", { from })}</Text>
      )}
      <Opener
        size="sm"
        form={(close) => (
          <KeyForm taken={dkim?.selector} domain={domainOf(from)} save={set} onClose={close} />
        )}
        style={{ alignSelf: "start" }}
      >
        {t(dkim ? "settings.signing.replace" : "settings.signing.begin")}
      </Opener>
      {dkim && (
        <Group>
          <Button variant="default" size="compact-sm" loading={save.isPending} onClick={stop}>
            {t("settings.signing.stop")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("settings.signing.stopHelp")}
          </Text>
        </Group>
      )}
      {save.isError && save.variables.body.dkim === null && <Trouble error={save.error} />}
    </Stack>
  );
}

/** As the DNS knows it. */
function domainOf(address: string): string {
  return new URL(`https://${address.slice(address.lastIndexOf("@") + 1)}`).hostname;
}

function Used({ dkim, from }: { dkim: NonNullable<Sender["dkim"]>; from: string }) {
  const { t } = useTranslation();
  if (dkim.record === null) {
    return (
      <Alert color="red" title={t("settings.signing.lost", { selector: dkim.selector })}>
        {t("settings.signing.lostHelp")}
      </Alert>
    );
  }
  return (
    <>
      <Text component="div" size="sm">
        <Dot colour="var(--fb-good)">{t("settings.signing.used", { from })}</Dot>
      </Text>
      <Text size="sm">{t("settings.signing.publish")}</Text>
      <DnsRecord name={dkim.record_name} value={dkim.record} />
    </>
  );
}
