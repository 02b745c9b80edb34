// When somebody comes, by the clock of the place, and who.
import { Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Visit, VisitDraft } from "../api/types";
import { NEEDED } from "../parts/needed";
import { placeOf } from "../words/times";
import { instantAt, wallAt } from "../words/zones";
import { useTechnicians } from "./queries";

export interface VisitWords {
  day: string;
  from: string;
  to: string;
  technician: string;
}

export const NO_VISIT: VisitWords = { day: "", from: "", to: "", technician: "" };

export function wordsOf({ starts_at, ends_at, zone, technicians }: Visit): VisitWords {
  const from = wallAt(starts_at, zone);
  const technician = technicians[0]?.id ?? "";
  return { day: from.day, from: from.time, to: wallAt(ends_at, zone).time, technician };
}

interface Props {
  visit: VisitWords;
  onChange: (visit: VisitWords) => void;
  zone: string;
  wrong: (field: keyof VisitWords) => string | undefined;
  /** Whether only the time is asked for. */
  timeOnly?: boolean;
}

export function VisitFields({ visit, onChange, zone, wrong, timeOnly = false }: Props) {
  const { t } = useTranslation();
  const technicians = useTechnicians().data ?? [];
  const field = (name: keyof VisitWords) => ({
    label: t(`visits.${name === "technician" ? "tech" : name}`),
    value: visit[name],
    error: wrong(name),
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onChange({ ...visit, [name]: currentTarget.value }),
  });
  return (
    <>
      <Group align="flex-start">
        <TextInput type="date" {...NEEDED} {...field("day")} />
        <TextInput type="time" {...NEEDED} {...field("from")} />
        <TextInput type="time" {...NEEDED} {...field("to")} />
        {!timeOnly && (
          <NativeSelect
            {...field("technician")}
            data={[
              { value: "", label: t("visits.noTech") },
              ...technicians.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t("visits.zone", { place: placeOf(zone) })}
      </Text>
    </>
  );
}

export interface VisitFlaws {
  day?: "visits.neededDay";
  from?: "visits.neededTime";
  to?: "visits.neededTime" | "visits.neededOrder";
}

/** What is missing of it, by field, as keys of the words. */
export function flawsOf({ day, from, to }: VisitWords): VisitFlaws {
  return {
    ...(day ? {} : { day: "visits.neededDay" }),
    ...(from ? {} : { from: "visits.neededTime" }),
    ...(!to ? { to: "visits.neededTime" } : from && to <= from ? { to: "visits.neededOrder" } : {}),
  };
}

/** As the API takes it; who else comes stays. */
export function draftOf(
  { day, from, to, technician }: VisitWords,
  zone: string,
  known: { id: string; name: string }[],
  before?: Visit,
): VisitDraft {
  const others = before?.technicians.slice(1).filter(({ id }) => id !== technician) ?? [];
  const first = [...known, ...(before?.technicians ?? [])].find(({ id }) => id === technician);
  return {
    ...(before ? { id: before.id } : {}),
    starts_at: instantAt(day, from, zone),
    ends_at: instantAt(day, to, zone),
    technicians: [...(first ? [first] : []), ...others],
    cancelled: before?.cancelled ?? false,
  };
}
