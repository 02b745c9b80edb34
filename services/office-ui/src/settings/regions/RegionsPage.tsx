// The regions, each with its switch, where replies go, its portal, and messages of its own.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Company } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { useChangeCompany, useCompany } from "../company/queries";
import { flaws } from "../flaws";
import { useBoardRegions } from "../rules/queries";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { RegionCard } from "./RegionCard";

export function RegionsPage() {
  const { t } = useTranslation();
  const company = useCompany();
  const board = useBoardRegions();
  const again = () => void Promise.all([company.refetch(), board.refetch()]);
  return (
    <>
      <PageHead title={t("settings.places.regions")} />
      <Text size="sm" c="dimmed" mb="md">
        {t("settings.regions.help")}
      </Text>
      {company.isPending || board.isPending ? (
        <Waiting />
      ) : company.data && board.data ? (
        <Stack>
          {company.data.regions.length === 0 && <Empty>{t("settings.regions.none")}</Empty>}
          {company.data.regions.map((region) => (
            <RegionCard
              key={region.id}
              company={company.data}
              region={region}
              board={board.data.find(({ id }) => id === region.id)}
            />
          ))}
          <Add company={company.data} />
        </Stack>
      ) : (
        <Trouble error={company.error ?? board.error ?? new Error()} retry={again} />
      )}
    </>
  );
}

function Add({ company }: { company: Company }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const [open, setOpen] = useState(false);
  const done = useOffer();
  const save = useChangeCompany();
  const form = useForm({ initialValues: { name: "" } });
  if (!mayChange) return null;
  if (!open) {
    return (
      <Group>
        <Button variant="default" onClick={() => setOpen(true)}>
          {t("settings.regions.add")}
        </Button>
      </Group>
    );
  }
  const { name } = form.values;
  const wanted = ({ regions }: Company) => ({ regions: [...regions, { name, active: true }] });
  const submit = () =>
    whenDone(save.mutateAsync({ from: company, changes: wanted }), (after) => {
      setOpen(false);
      form.reset();
      const added = after.regions.at(-1)?.id;
      done({
        words: t("settings.regions.added", { name }),
        undo: () =>
          save.mutateAsync({
            from: after,
            changes: ({ regions }) => ({ regions: regions.filter(({ id }) => id !== added) }),
          }),
      });
    });
  const [wrong] = Object.values(flaws(save.error));
  return (
    <form className="card" onSubmit={form.onSubmit(submit)}>
      <Group align="flex-start">
        <TextInput
          label={t("settings.regions.name")}
          required
          style={{ flex: "1 1 14rem" }}
          {...form.getInputProps("name")}
          error={wrong}
        />
        <Group mt={24} gap="xs">
          <Button variant="default" onClick={() => setOpen(false)}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t("settings.regions.add")}
          </Button>
        </Group>
      </Group>
      {save.isError && !wrong && <Trouble error={save.error} />}
    </form>
  );
}
