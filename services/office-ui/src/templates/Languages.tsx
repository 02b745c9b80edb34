// The languages that a template has words in; readers of all others get those of one of them.
import { Button, Chip, Group, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useOffer } from "../parts/Undo";
import { PARTS, wordsOf } from "./draft";
import { languageName, OFFERED } from "./languages";
import type { DraftState } from "./useDraft";

interface Props {
  state: DraftState;
  locale: string;
  onChoose: (locale: string) => void;
  mayEdit: boolean;
}

export function Languages({ state, locale, onChoose, mayEdit }: Props) {
  const { t } = useTranslation();
  const { default_locale: standard, variants } = state.draft;
  const locales = Object.keys(variants).sort(
    (one, other) => Number(other === standard) - Number(one === standard),
  );
  const named = (each: string) =>
    each === standard && locales.length > 1
      ? t("templates.language.standard", { name: languageName(each) })
      : languageName(each);
  return (
    <Group gap="xs">
      <Chip.Group value={locale} onChange={(value) => onChoose(value)}>
        <Group gap="xs" role="radiogroup" aria-label={t("templates.language.label")}>
          {locales.map((each) => (
            <Chip key={each} value={each} size="sm">
              {named(each)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {mayEdit && <Add state={state} onChoose={onChoose} />}
      {mayEdit && locale !== standard && <Own state={state} locale={locale} />}
    </Group>
  );
}

function Add({ state, onChoose }: Pick<Props, "state" | "onChoose">) {
  const { t } = useTranslation();
  const { default_locale: standard, variants } = state.draft;
  const add = (locale: string) => {
    state.edit({ variants: { ...variants, [locale]: wordsOf(state.draft, standard) } });
    onChoose(locale);
  };
  const left = OFFERED.filter((locale) => !(locale in variants));
  return (
    <Menu position="bottom-start" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default">
          {t("templates.language.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        <Menu.Label>{t("templates.language.hint", { name: languageName(standard) })}</Menu.Label>
        {left.map((locale) => (
          <Menu.Item key={locale} onClick={() => add(locale)}>
            {languageName(locale)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Own({ state, locale }: Pick<Props, "state" | "locale">) {
  const { t } = useTranslation();
  const offer = useOffer();
  const remove = () => {
    const words = wordsOf(state.draft, locale);
    const left = Object.entries(state.draft.variants).filter(([each]) => each !== locale);
    state.edit({ variants: Object.fromEntries(left) });
    offer({
      words: t("templates.language.removed", { name: languageName(locale) }),
      undo: () => {
        PARTS.forEach((part) => state.editWords(locale, part, words[part]));
        return Promise.resolve();
      },
    });
  };
  return (
    <>
      <Button size="compact-sm" variant="subtle" onClick={() => state.edit({ default_locale: locale })}>
        {t("templates.language.make")}
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={remove}>
        {t("templates.language.remove", { name: languageName(locale) })}
      </Button>
    </>
  );
}
