// One region: its switch, its fields, and what it sends instead of the company's messages.
import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardRegion, Company, Region } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useSession } from "../../session/useSession";
import { EventTable } from "../board/EventTable";
import { useChangeCompany, useWished } from "../company/queries";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { AnotherStatus } from "./AnotherStatus";
import { RegionFields } from "./RegionFields";

type Regions = (regions: Region[]) => Region[];

interface Props {
  company: Company;
  region: Region;
  /** None while the notifier has not heard of the region. */
  board: BoardRegion | undefined;
}

export function RegionCard({ company, region, board }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const [withMessages, show] = useState(false);
  const done = useOffer();
  const save = useChangeCompany();
  const own = (board?.rows ?? []).flatMap(({ channels }) => Object.values(channels).flat());
  const sending = own.filter(({ active }) => active).length;
  const at = company.regions.findIndex(({ id }) => id === region.id);
  const set = (change: Regions, back: Regions, words: string) =>
    whenDone(save.mutateAsync({ from: company, changes: of(change) }), (after) =>
      done({ words, undo: () => save.mutateAsync({ from: after, changes: of(back) }) }),
    );
  const active = useWished(company).regions.find(({ id }) => id === region.id)?.active ?? false;
  return (
    <Section
      title={region.name}
      action={
        <Switch
          label={t("settings.regions.active")}
          aria-label={t("settings.regions.activeOf", { name: region.name })}
          checked={active}
          disabled={!mayChange}
          onChange={({ currentTarget: { checked } }) =>
            set(
              switched(region, checked),
              switched(region, !checked),
              t(checked ? "settings.regions.nowOn" : "settings.regions.nowOff", { name: region.name }),
            )
          }
        />
      }
    >
      <Stack gap="sm">
        <RegionFields company={company} region={region} />
        {save.isError && <Trouble error={save.error} />}
        <Group justify="space-between">
          <Button
            variant="default"
            size="compact-sm"
            aria-expanded={withMessages}
            onClick={() => show(!withMessages)}
          >
            {t(withMessages ? "settings.regions.hide" : "settings.regions.show", { count: sending })}
            <span className="hidden"> {region.name}</span>
          </Button>
          {mayChange && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() =>
                set(
                  (regions) => regions.filter(({ id }) => id !== region.id),
                  (regions) => regions.toSpliced(at, 0, region),
                  t("settings.regions.removed", { name: region.name }),
                )
              }
            >
              {t("settings.regions.remove", { name: region.name })}
            </Button>
          )}
        </Group>
        {withMessages &&
          (board ? (
            <>
              <EventTable
                rows={board.rows}
                label={t("settings.regions.messages", { name: region.name })}
                region={region}
              />
              {mayChange && <AnotherStatus region={region} rows={board.rows} />}
            </>
          ) : (
            <Text size="sm" c="dimmed">
              {t("settings.regions.soon")}
            </Text>
          ))}
      </Stack>
    </Section>
  );
}

const of = (change: Regions) => (company: Company) => ({ regions: change(company.regions) });

function switched({ id }: Region, active: boolean): Regions {
  return (regions) => regions.map((each) => (each.id === id ? { ...each, active } : each));
}
