// How the company looks in emails, and where it can be reached.
import { SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Company } from "../../api/types";
import { SettingsForm } from "./SettingsForm";

const FIELDS = ["email", "phone", "website", "portal_url"] as const;

export function Brand({ company }: { company: Company }) {
  const { t } = useTranslation();
  return (
    <SettingsForm
      title={t("settings.company.brand")}
      help={t("settings.company.brandHelp")}
      company={company}
      values={({ brand }) => ({
        colour: brand.colour,
        postal_address: brand.postal_address,
        email: brand.email ?? "",
        phone: brand.phone ?? "",
        website: brand.website ?? "",
        portal_url: brand.portal_url ?? "",
      })}
      changes={(changed) => ({
        brand: {
          ...changed,
          ...Object.fromEntries(
            FIELDS.filter((field) => field in changed).map((field) => [
              field,
              changed[field] === "" ? null : changed[field],
            ]),
          ),
        },
      })}
    >
      {(form, wrong) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            type="color"
            label={t("settings.company.colour")}
            maw={120}
            {...form.getInputProps("colour")}
            error={wrong["brand.colour"]}
          />
          <TextInput
            label={t("settings.company.postal_address")}
            {...form.getInputProps("postal_address")}
            error={wrong["brand.postal_address"]}
          />
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              label={t(`settings.company.${field}`)}
              {...form.getInputProps(field)}
              error={wrong[`brand.${field}`]}
            />
          ))}
        </SimpleGrid>
      )}
    </SettingsForm>
  );
}
