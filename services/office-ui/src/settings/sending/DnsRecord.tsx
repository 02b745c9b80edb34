// The record that lets receivers check a signature, to be copied into the DNS.
import { useTranslation } from "react-i18next";
import { CopyId } from "../../parts/CopyId";

export function DnsRecord({ name, value }: { name: string; value: string | null }) {
  const { t } = useTranslation();
  return (
    <dl className="facts">
      <dt>{t("settings.signing.recordName")}</dt>
      <dd>
        <CopyId id={name} what={t("settings.signing.recordName")} />
      </dd>
      <dt>{t("settings.signing.recordType")}</dt>
      <dd>
        <code>TXT</code>
      </dd>
      {value && (
        <>
          <dt>{t("settings.signing.recordValue")}</dt>
          <dd>
            <CopyId id={value} what={t("settings.signing.recordValue")} />
          </dd>
        </>
      )}
    </dl>
  );
}
