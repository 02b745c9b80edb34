// The second step to a new key: its record is published before anything is signed with it.
import { Alert, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { InlineForm } from "../../parts/InlineForm";
import { Trouble } from "../../parts/Trouble";
import { DnsRecord } from "./DnsRecord";

interface Props {
  name: string;
  record: string | null;
  put: { isPending: boolean; error: Error | null };
  onPublished: () => void;
  onClose: () => void;
}

export function PublishKey({ name, record, put, onPublished, onClose }: Props) {
  const { t } = useTranslation();
  useKept(t("settings.signing.leave"));
  return (
    <InlineForm
      label={t("settings.signing.publishFormOf")}
      submit={t("settings.signing.sign")}
      pending={put.isPending}
      onSubmit={onPublished}
      onCancel={onClose}
    >
      <Text fw={600}>{t("settings.signing.publishFormOf")}</Text>
      <Text size="sm">{t("settings.signing.publishFirst")}</Text>
      <DnsRecord name={name} value={record} />
      {record === null && (
        <Alert color="yellow" title={t("settings.signing.unread")}>
          {t("settings.signing.unreadHelp")}{" "}
          <code>openssl pkey -in key.pem -pubout -outform DER | base64</code>
        </Alert>
      )}
      <Text size="sm">{t("settings.signing.keepOpen")}</Text>
      {put.error && <Trouble error={put.error} />}
    </InlineForm>
  );
}

/** The key is nowhere but on this page: leaving it asks first. */
function useKept(question: string) {
  useBlocker(() => !globalThis.confirm(question));
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener("beforeunload", ask);
    return () => globalThis.removeEventListener("beforeunload", ask);
  }, []);
}
