// What narrows the list. The rarer filters are behind a button; what narrows now is beside it, and taken away there.
import { Button, Group, NativeSelect, Popover, SegmentedControl, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SearchField } from "../../parts/SearchField";
import { useFilters } from "../../parts/useFilters";
import { useCompany } from "../queries";
import { KINDS } from "../profile/KindAndRegion";
import { CONTACT_PREFERENCES, EMAIL_PREFERENCES, NARROWING, useChosen } from "./chosen";
import { preferenceWords } from "./preferences";

export function Filters() {
  const { t } = useTranslation();
  const { get, set } = useFilters();
  return (
    <>
      <Group align="flex-end" mb="sm">
        <SearchField label={t("customers.search")} value={get("q")} onSearch={(q) => set({ q })} />
        <SegmentedControl
          aria-label={t("customers.which")}
          value={get("archived") === "yes" ? "yes" : ""}
          onChange={(value) => set({ archived: value })}
          data={[
            { value: "", label: t("customers.active") },
            { value: "yes", label: t("customers.archived") },
          ]}
        />
        <Rarer />
      </Group>
      <Narrowed />
    </>
  );
}

function Rarer() {
  const { t } = useTranslation();
  const { get } = useFilters();
  const count = NARROWING.filter((name) => get(name)).length;
  return (
    <Popover position="bottom-end" trapFocus returnFocus shadow="md" width={320}>
      <Popover.Target>
        <Button variant="default">
          {count ? t("customers.filters.opened", { count }) : t("customers.filters.open")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("customers.filters.open")}>
        <Fields />
      </Popover.Dropdown>
    </Popover>
  );
}

function Fields() {
  const { t } = useTranslation();
  const { get, set } = useFilters();
  const regions = useCompany().data?.regions ?? [];
  const chooser = (name: string) => ({
    value: get(name) ?? "",
    onChange: ({ currentTarget }: { currentTarget: HTMLSelectElement }) =>
      set({ [name]: currentTarget.value }),
  });
  const preference = (each: (typeof EMAIL_PREFERENCES | typeof CONTACT_PREFERENCES)[number]) => ({
    value: each,
    label: preferenceWords(each, t),
  });
  return (
    <Stack gap="sm">
      <NativeSelect
        label={t("customers.kind")}
        data={[
          { value: "", label: t("customers.anyKind") },
          ...KINDS.map((each) => ({ value: each, label: t(`customers.${each}`) })),
        ]}
        {...chooser("kind")}
      />
      <NativeSelect
        label={t("customers.filters.region")}
        data={[
          { value: "", label: t("customers.filters.anyRegion") },
          ...regions.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...chooser("region")}
      />
      <SearchField
        type="text"
        label={t("customers.filters.tag")}
        value={get("tag")}
        onSearch={(tag) => set({ tag })}
        style={{}}
      />
      <NativeSelect
        label={t("customers.filters.blocked")}
        data={[
          { value: "", label: t("customers.filters.anyBlocked") },
          { value: "yes", label: t("customers.filters.onlyBlocked") },
          { value: "no", label: t("customers.filters.notBlocked") },
        ]}
        {...chooser("blocked")}
      />
      <NativeSelect
        label={t("customers.filters.preference")}
        data={[
          { value: "", label: t("customers.filters.anyPreference") },
          { group: t("bulk.emails"), items: EMAIL_PREFERENCES.map(preference) },
          { group: t("bulk.contacts"), items: CONTACT_PREFERENCES.map(preference) },
        ]}
        {...chooser("preference")}
      />
      {get("preference") && (
        <NativeSelect
          label={t("customers.filters.is")}
          data={[
            { value: "", label: t("customers.filters.on") },
            { value: "no", label: t("customers.filters.off") },
          ]}
          {...chooser("preferred")}
        />
      )}
      <NativeSelect
        label={t("customers.filters.sort")}
        data={[
          { value: "", label: t("customers.filters.byName") },
          { value: "newest", label: t("customers.filters.newest") },
        ]}
        {...chooser("sort")}
      />
    </Stack>
  );
}

function Narrowed() {
  const { t } = useTranslation();
  const { get, set } = useFilters();
  const regions = useCompany().data?.regions ?? [];
  const { matching } = useChosen();
  const { kind, blocked, tag, preference, preferred } = matching;
  const region = regions.find(({ id }) => id === matching.region_id);
  const words: Record<(typeof NARROWING)[number], string | null | undefined> = {
    kind: kind && t(`customers.${kind}`),
    region: region?.name,
    tag,
    blocked:
      blocked === null ? null : t(blocked ? "customers.filters.onlyBlocked" : "customers.filters.notBlocked"),
    preference:
      preference &&
      `${preferenceWords(preference, t)}: ${t(preferred ? "customers.filters.on" : "customers.filters.off")}`,
  };
  const narrowing = NARROWING.flatMap((name) => {
    const what = get(name) && words[name];
    return what ? [{ name, what }] : [];
  });
  if (narrowing.length === 0) return null;
  return (
    <Group gap="xs" mb="sm">
      {narrowing.map(({ name, what }) => (
        <Button
          key={name}
          variant="default"
          size="compact-sm"
          aria-label={t("customers.filters.remove", { what })}
          onClick={() => set({ [name]: null, ...(name === "preference" ? { preferred: null } : {}) })}
        >
          × {what}
        </Button>
      ))}
    </Group>
  );
}
