// What a region is called, where replies to its emails go, and its portal.
import { Button, Group, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Company, Region } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { before, useChangeCompany } from "../company/queries";
import { flaws } from "../flaws";
import { useDone, whenDone } from "../undo";

export function RegionFields({ company, region }: { company: Company; region: Region }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useDone();
  const save = useChangeCompany();
  const form = useForm({ initialValues: fieldsOf(region) });
  const at = company.regions.findIndex(({ id }) => id === region.id);
  const wrong = flaws(save.error);

  const submit = ({ name, reply_to, portal_url }: ReturnType<typeof fieldsOf>) => {
    const changed = { ...region, name, reply_to: reply_to || null, portal_url: portal_url || null };
    const wanted = { regions: company.regions.with(at, changed) };
    whenDone(save.mutateAsync(wanted), () => {
      form.setInitialValues(fieldsOf(changed));
      form.reset();
      done({
        said: t("settings.regions.saved", { name }),
        undo: () =>
          save.mutateAsync(before(company, wanted)).then(() => {
            form.setInitialValues(fieldsOf(region));
            form.setValues(fieldsOf(region));
          }),
      });
    });
  };

  return (
    <form onSubmit={form.onSubmit(submit)} aria-label={region.name}>
      <fieldset className="plain" disabled={!mayChange}>
        <Group align="flex-start">
          {(["name", "reply_to", "portal_url"] as const).map((field) => (
            <TextInput
              key={field}
              label={t(`settings.regions.${field}`)}
              required={field === "name"}
              style={{ flex: "1 1 12rem" }}
              {...form.getInputProps(field)}
              error={wrong[`regions.${at}.${field}`]}
            />
          ))}
          {mayChange && (
            <Button
              type="submit"
              variant="default"
              mt={24}
              disabled={!form.isDirty()}
              loading={save.isPending}
            >
              {t("settings.save")}
            </Button>
          )}
        </Group>
      </fieldset>
      {save.isError && Object.keys(wrong).length === 0 && <Trouble error={save.error} />}
    </form>
  );
}

function fieldsOf({ name, reply_to, portal_url }: Region) {
  return { name, reply_to: reply_to ?? "", portal_url: portal_url ?? "" };
}
