// What each part of a rule's form is given.
import type { UseFormReturnType } from "@mantine/form";
import type { RuleBody } from "../../api/types";

export interface RuleParts {
  form: UseFormReturnType<RuleBody>;
  /** By field, why it was refused. */
  wrong: Record<string, string>;
}
