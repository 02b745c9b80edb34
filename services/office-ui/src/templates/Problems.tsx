// What keeps the words from being saved, or is left out of them: each leads to its place.
import { Alert, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Checked, Flaw } from "../api/types";
import { languageName } from "./languages";

export const PROBLEMS_ID = "problems";

interface Props {
  checked: Pick<Checked, "flaws" | "warnings"> | undefined;
  several: boolean;
  onShow: (flaw: Flaw) => void;
}

export function Problems({ checked, several, onShow }: Props) {
  const { t } = useTranslation();
  const { flaws = [], warnings = [] } = checked ?? {};
  return (
    <div id={PROBLEMS_ID} role="status" tabIndex={-1}>
      {flaws.length > 0 && (
        <Alert role="group" color="red" title={t("templates.problems.title", { count: flaws.length })}>
          <List flaws={flaws} several={several} onShow={onShow} />
        </Alert>
      )}
      {warnings.length > 0 && (
        <Alert role="group" color="yellow" title={t("templates.problems.left", { count: warnings.length })}>
          <List flaws={warnings} several={several} onShow={onShow} />
        </Alert>
      )}
    </div>
  );
}

function List({ flaws, several, onShow }: { flaws: Flaw[]; several: boolean; onShow: (flaw: Flaw) => void }) {
  return (
    <ul className="plain">
      {flaws.map((flaw) => (
        <li key={`${flaw.locale}${flaw.part}${flaw.line}:${flaw.column}${flaw.message}`}>
          <Button variant="subtle" size="compact-sm" px={4} onClick={() => onShow(flaw)}>
            <Where flaw={flaw} several={several} />
          </Button>{" "}
          {sentence(flaw.message)}
        </li>
      ))}
    </ul>
  );
}

function Where({ flaw, several }: { flaw: Flaw; several: boolean }) {
  const { t } = useTranslation();
  const part = t(`templates.changes.field.${flaw.part as "html"}`);
  const said = {
    part: sentence(part).replace(/\.$/, ""),
    line: flaw.line,
    language: languageName(flaw.locale),
  };
  return several ? t("templates.problems.whereIn", said) : t("templates.problems.where", said);
}

function sentence(message: string): string {
  const end = /[.?!]$/.test(message) ? "" : ".";
  return message.charAt(0).toUpperCase() + message.slice(1) + end;
}
