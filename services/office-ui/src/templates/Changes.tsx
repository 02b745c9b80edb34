// Who changed what of a template, and from what to what (G20).
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { TemplateChange } from "../api/types";
import { More } from "../parts/More";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { Moment } from "../parts/When";
import { templates as words } from "../words/en/templates";
import { languageName } from "./languages";
import { useTemplateChanges } from "./queries";
import { Who } from "./Who";

export function Changes({ id }: { id: string }) {
  const { t } = useTranslation();
  const changes = useTemplateChanges(id);
  const rows = changes.data?.pages.flatMap((page) => page.items) ?? [];
  const acts = [...Map.groupBy(rows, ({ version }) => version).values()];
  return (
    <Section title={t("templates.changes.title")}>
      {changes.isPending && <Waiting lines={2} />}
      {changes.isError && <Trouble error={changes.error} retry={() => void changes.refetch()} />}
      {changes.isSuccess && acts.length === 0 && <Text c="dimmed">{t("templates.changes.none")}</Text>}
      <ol className="timeline">
        {acts.map((act) => (
          <Act key={act[0]?.id} act={act} />
        ))}
      </ol>
      <More pages={changes} />
    </Section>
  );
}

/** All that was changed at once. */
function Act({ act }: { act: TemplateChange[] }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const [first] = act;
  if (!first) return null;
  const written = act.filter(({ field }) => field !== "template");
  return (
    <li>
      <span className="quiet">
        <Moment at={first.at} />
      </span>
      <div>
        {howWords(first.how, t)}
        <span className="quiet">
          {" "}
          · <Who id={first.actor} name={first.actor_name} />
          {first.how === "edited" && ` · ${act.map(({ field }) => fieldWords(field, t)).join(", ")}`}{" "}
        </span>
        {written.length > 0 && (
          <Button variant="subtle" size="compact-sm" px={4} onClick={toggle} aria-expanded={open}>
            {open ? t("templates.changes.hide") : t("templates.changes.show")}
          </Button>
        )}
        {open && written.map((change) => <Change key={change.id} change={change} />)}
      </div>
    </li>
  );
}

function Change({ change: { field, old, new: now } }: { change: TemplateChange }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={550} mt="xs">
        {fieldWords(field, t)}
      </Text>
      <div className="before-after">
        <div>
          <span className="quiet">{t("templates.changes.before")}</span>
          <p className="words">{valueWords(old)}</p>
        </div>
        <div>
          <span className="quiet">{t("templates.changes.after")}</span>
          <p className="words">{valueWords(now)}</p>
        </div>
      </div>
    </div>
  );
}

function valueWords(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "–" : JSON.stringify(value);
}

/** The log tells restoring and copying in words of its own. */
function howWords(how: string, t: TFunction): string {
  if (how in words.changes.how) return t(`templates.changes.how.${how as keyof typeof words.changes.how}`);
  return how.charAt(0).toUpperCase() + how.slice(1);
}

/** `es.html`: a part in a language; or a field of the template itself. */
function fieldWords(field: string, t: TFunction): string {
  const [locale, part] = field.includes(".") ? field.split(".", 2) : ["", field];
  const known = part && part in words.changes.field;
  const name = known ? t(`templates.changes.field.${part as keyof typeof words.changes.field}`) : field;
  return locale ? `${name} (${languageName(locale)})` : name;
}
