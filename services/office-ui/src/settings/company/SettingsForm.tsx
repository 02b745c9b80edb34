// A part of the company's settings: fields with one Save, and Undo after it.
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Company, CompanyChanges } from "../../api/types";
import { useOffer } from "../../parts/Undo";
import { flaws } from "../flaws";
import { FormFrame } from "../FormFrame";
import { useFilled } from "../useFilled";
import { whenDone } from "../whenDone";
import { before, useChangeCompany } from "./queries";

interface Props<Values> {
  title: string;
  help?: string;
  company: Company;
  values: (company: Company) => Values;
  /** Of the fields that were changed. */
  changes: (values: Partial<Values>) => CompanyChanges;
  /** Below which field a refusal is said that names none. */
  otherwise?: string;
  children: (form: UseFormReturnType<Values>, wrong: Record<string, string>) => ReactNode;
}

export function SettingsForm<Values extends Record<string, unknown>>(props: Props<Values>) {
  const { title, help, company, values, changes, otherwise, children } = props;
  const { t } = useTranslation();
  const done = useOffer();
  const save = useChangeCompany();
  const filled = useFilled(company, values);
  const submit = () => {
    const [from, sent] = [filled.from(), filled.changed()];
    const wanted = changes(sent);
    whenDone(save.mutateAsync({ from, changes: () => wanted }), (after) => {
      filled.saved(after, sent);
      done({
        words: t("settings.company.saved", { what: title }),
        undo: () => save.mutateAsync({ from: after, changes: () => before(from, wanted) }),
      });
    });
  };
  const wrong = flaws(save.error);
  const isSaid = Object.keys(wrong).length > 0;
  return (
    <FormFrame title={title} help={help} filled={filled} save={save} isSaid={isSaid} onSubmit={submit}>
      {children(
        filled.form,
        otherwise && save.error && !isSaid ? { [otherwise]: save.error.message } : wrong,
      )}
    </FormFrame>
  );
}
