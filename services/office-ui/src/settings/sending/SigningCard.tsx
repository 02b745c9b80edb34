// Whether emails are signed in the name of their From, and what to publish so that receivers can check it.
import { Alert, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Sender, SenderBody } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { InlineForm } from "../../parts/InlineForm";
import { Opener } from "../../parts/Opener";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useOffer } from "../../parts/Undo";
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
  const stop = async () => {
    await put(null);
    done({ words: t("settings.signing.stopped") });
  };
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
        <Opener
          size="sm"
          form={(close) => <StopForm stop={stop} onClose={close} />}
          style={{ alignSelf: "start" }}
        >
          {t("settings.signing.stop")}
        </Opener>
      )}
    </Stack>
  );
}

/** Asks, as nobody has the key afterwards. */
function StopForm({ stop, onClose }: { stop: () => Promise<unknown>; onClose: () => void }) {
  const { t } = useTranslation();
  const forget = useMutation({ mutationFn: stop, onSuccess: onClose });
  return (
    <InlineForm
      label={t("settings.signing.stop")}
      submit={t("settings.signing.forget")}
      pending={forget.isPending}
      onSubmit={() => forget.mutate()}
      onCancel={onClose}
    >
      <Text size="sm">{t("settings.signing.stopHelp")}</Text>
      {forget.isError && <Trouble error={forget.error} />}
    </InlineForm>
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
