// Which rules send a template.
import { useTranslation } from "react-i18next";
import type { RuleUse } from "../api/types";
import { Dot } from "../parts/Dot";
import { Section } from "../parts/Section";
import { triggerWords } from "../words/triggers";

export function Uses({ rules }: { rules: RuleUse[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("templates.uses.title")}>
      {rules.length === 0 && <span className="quiet">{t("templates.uses.none")}</span>}
      <ul className="plain">
        {rules.map(({ id, name, trigger, active }) => (
          <li key={id}>
            <Dot colour={active ? "var(--fb-good)" : "var(--fb-quiet)"}>
              {name}
              <span className="quiet">
                {" "}
                · {triggerWords(trigger, t)} · {active ? t("templates.uses.on") : t("templates.uses.off")}
              </span>
            </Dot>
          </li>
        ))}
      </ul>
    </Section>
  );
}
