// What a region is called, where replies to its emails go, and its portal.
import { Button, Group, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Company, Region } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { useChangeCompany } from "../company/queries";
import { flaws } from "../flaws";
import { Theirs } from "../Theirs";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { useFilled } from "../useFilled";

export function RegionFields({ company, region }: { company: Company; region: Region }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const done = useOffer();
  const save = useChangeCompany();
  const filled = useFilled(company, ({ regions }) =>
    fieldsOf(regions.find(({ id }) => id === region.id) ?? region),
  );
  const { form } = filled;
  const at = company.regions.findIndex(({ id }) => id === region.id);
  const wrong = flaws(save.error);

  const submit = () => {
    const [from, sent] = [filled.from(), filled.changed()];
    const { name = region.name } = sent;
    const put = (fields: Partial<Fields>) => (now: Company) => ({
      regions: now.regions.map((each) => (each.id === region.id ? withFields(each, fields) : each)),
    });
    whenDone(save.mutateAsync({ from, changes: put(sent) }), (after) => {
      filled.saved(after, sent);
      const old = from.regions.find(({ id }) => id === region.id) ?? region;
      done({
        words: t("settings.regions.saved", { name }),
        undo: () => save.mutateAsync({ from: after, changes: put(fieldsOf(old)) }),
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
      <Theirs values={filled.theirs} />
    </form>
  );
}

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf({ name, reply_to, portal_url }: Region) {
  return { name, reply_to: reply_to ?? "", portal_url: portal_url ?? "" };
}

function withFields(region: Region, changed: Partial<Fields>): Region {
  const { name, reply_to, portal_url } = { ...fieldsOf(region), ...changed };
  return { ...region, name, reply_to: reply_to || null, portal_url: portal_url || null };
}
