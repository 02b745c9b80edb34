// What the company is called, where it is, and which language and money are its own.
import { NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Company } from "../../api/types";
import { SettingsForm } from "./SettingsForm";

const ZONES = Intl.supportedValuesOf("timeZone");
const LOCALES = ["en-US", "en-CA", "en-GB", "es-US", "es-MX", "fr-CA"];

export function Identity({ company }: { company: Company }) {
  const { t } = useTranslation();
  return (
    <SettingsForm
      title={t("settings.company.identity")}
      company={company}
      values={({ name, zone, locale, currency }) => ({ name, zone, locale, currency })}
      changes={(values) => values}
    >
      {(form, wrong) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label={t("settings.company.name")}
            required
            {...form.getInputProps("name")}
            error={wrong.name}
          />
          <NativeSelect
            label={t("settings.company.zone")}
            {...form.getInputProps("zone")}
            data={choices(ZONES, company.zone)}
            error={wrong.zone}
          />
          <NativeSelect
            label={t("settings.company.locale")}
            {...form.getInputProps("locale")}
            data={choices(LOCALES, company.locale).map((value) => ({ value, label: language(value) }))}
            error={wrong.locale}
          />
          <TextInput
            label={t("settings.company.currency")}
            required
            maxLength={3}
            {...form.getInputProps("currency")}
            error={wrong.currency}
          />
        </SimpleGrid>
      )}
    </SettingsForm>
  );
}

/** The usual ones, and whatever it is set to. */
function choices(usual: string[], own: string): string[] {
  return usual.includes(own) ? usual : [own, ...usual];
}

function language(locale: string): string {
  return new Intl.DisplayNames("en", { type: "language" }).of(locale) ?? locale;
}
