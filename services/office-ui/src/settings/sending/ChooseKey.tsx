// The first step to a new key: made here, or pasted. Its name tells it from the one before.
import { Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { InlineForm } from "../../parts/InlineForm";
import { Trouble } from "../../parts/Trouble";
import { makesKeys } from "./keys";

export const PASTED = "dkim.private_key";
const SELECTOR = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export interface Choice {
  made: boolean;
  selector: string;
  pasted: string;
}

interface Props {
  choice: Choice;
  onChange: (changes: Partial<Choice>) => void;
  wrong: Record<string, string>;
  pending: boolean;
  error: Error | null;
  onChosen: () => void;
  onClose: () => void;
}

export function ChooseKey({ choice, onChange, wrong, pending, error, onChosen, onClose }: Props) {
  const { t } = useTranslation();
  const { made, selector, pasted } = choice;
  const [tried, setTried] = useState(false);
  const misnamed = !SELECTOR.test(selector.trim());
  const choose = () => {
    setTried(true);
    if (!misnamed) onChosen();
  };
  return (
    <InlineForm
      label={t("settings.signing.formOf")}
      submit={t(made ? "settings.signing.make" : "settings.signing.use")}
      pending={pending}
      onSubmit={choose}
      onCancel={onClose}
    >
      {makesKeys && (
        <Radio.Group
          label={t("settings.signing.which")}
          value={made ? "made" : "pasted"}
          onChange={(value) => onChange({ made: value === "made" })}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="made"
              label={t("settings.signing.made")}
              description={t("settings.signing.madeHelp")}
            />
            <Radio value="pasted" label={t("settings.signing.pasted")} />
          </Stack>
        </Radio.Group>
      )}
      <TextInput
        label={t("settings.signing.selector")}
        description={t("settings.signing.selectorHelp")}
        required
        maxLength={63}
        value={selector}
        onChange={({ currentTarget }) => onChange({ selector: currentTarget.value })}
        error={((tried && misnamed) || wrong["dkim.selector"]) && t("settings.signing.selectorShape")}
      />
      {!made && (
        <Textarea
          label={t("settings.signing.privateKey")}
          description={t("settings.signing.keyHelp")}
          placeholder="-----BEGIN PRIVATE KEY-----"
          required
          autosize
          minRows={4}
          maxRows={12}
          autoComplete="off"
          spellCheck={false}
          value={pasted}
          onChange={({ currentTarget }) => onChange({ pasted: currentTarget.value })}
          error={wrong[PASTED]}
        />
      )}
      {error && <Trouble error={error} />}
    </InlineForm>
  );
}
