// A new key to sign with: made here, or one that there is already. Its name tells it from the one before.
import { Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { InlineForm } from "../../parts/InlineForm";
import { Trouble } from "../../parts/Trouble";
import { flawOf, flaws } from "../flaws";
import { makesKeys, newKey } from "./newKey";

interface Props {
  taken: string | undefined;
  save: (selector: string, privateKey: string) => Promise<unknown>;
  onClose: () => void;
}

const PASTED = "dkim.private_key";

export function KeyForm({ taken, save, onClose }: Props) {
  const { t } = useTranslation();
  const [made, setMade] = useState(makesKeys);
  const [selector, setSelector] = useState(() => nextTo(taken));
  const [pasted, setPasted] = useState("");
  const put = useMutation({
    mutationFn: async () => save(selector.trim(), made ? await newKey() : pasted.trim()),
    onSuccess: onClose,
  });
  const wrong = { ...flaws(put.error), ...flawOf(put.error, { unprocessable: PASTED }) };
  const said = [wrong["dkim.selector"], !made && wrong[PASTED]].some(Boolean);
  return (
    <InlineForm
      label={t("settings.signing.formOf")}
      submit={t(made ? "settings.signing.make" : "settings.signing.use")}
      pending={put.isPending}
      onSubmit={() => put.mutate()}
      onCancel={onClose}
    >
      {makesKeys && (
        <Radio.Group
          label={t("settings.signing.which")}
          value={made ? "made" : "pasted"}
          onChange={(value) => setMade(value === "made")}
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
        onChange={({ currentTarget }) => setSelector(currentTarget.value)}
        error={wrong["dkim.selector"] && t("settings.signing.selectorShape")}
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
          onChange={({ currentTarget }) => setPasted(currentTarget.value)}
          error={wrong[PASTED]}
        />
      )}
      {put.isError && !said && <Trouble error={put.error} />}
    </InlineForm>
  );
}

/** A name that is free: the record of the key before stays in the DNS until what it signed has arrived. */
function nextTo(taken: string | undefined): string {
  const [, name = "fieldbell", number = "0"] = /^(.*?)(\d*)$/.exec(taken ?? "") ?? [];
  return taken ? `${name}${Number(number || "1") + 1}` : "fieldbell";
}
