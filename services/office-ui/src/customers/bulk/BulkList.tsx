// The newest bulk edits: what each set, how far it is, and its undo.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { BatchEdit, Preference } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { When } from "../../parts/When";
import { useSession } from "../../session/useSession";
import { PREFERENCES } from "../list/chosen";
import { preferenceWords } from "../list/preferences";
import { Progressed } from "./Progressing";
import { useBulks } from "./queries";

export function BulkList() {
  const { t } = useTranslation();
  const bulks = useBulks();
  return (
    <>
      <PageHead title={t("bulk.list")}>
        <Link to="/customers">{t("bulk.back")}</Link>
      </PageHead>
      {bulks.isPending && <Waiting />}
      {bulks.isError && <Trouble error={bulks.error} retry={() => void bulks.refetch()} />}
      {bulks.data?.items.length === 0 && <Empty>{t("bulk.listNone")}</Empty>}
      <Stack gap="sm">
        {bulks.data?.items.map((edit) => (
          <One key={edit.id} edit={edit} />
        ))}
      </Stack>
    </>
  );
}

function One({ edit }: { edit: BatchEdit }) {
  const { t } = useTranslation();
  const session = useSession();
  const set = PREFERENCES.filter((each) => each in edit.flags);
  return (
    <section className="card" aria-label={set.map((each) => says(each)).join(", ")}>
      <Text size="sm" fw={550}>
        {edit.mode === "overwrite" && `${t("bulk.overwrote")}: `}
        {set.map((each) => says(each)).join(", ")}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        <When at={edit.created_at} />{" "}
        {t("bulk.by", {
          who: edit.actor === session.id ? t("who.you") : (edit.actor_name ?? t("customer.colleague")),
        })}
      </Text>
      <Progressed begun={edit} />
    </section>
  );

  function says(preference: Preference): string {
    return `${preferenceWords(preference, t)}: ${edit.flags[preference] ? t("bulk.on") : t("bulk.off")}`;
  }
}
