// A new key to sign with: made here, or one that there is already; then published, then used.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { flawOf, flaws } from "../flaws";
import { ChooseKey, type Choice, PASTED } from "./ChooseKey";
import { type Key, keyOf, makesKeys, newKey, WrongSize } from "./keys";
import { PublishKey } from "./PublishKey";

interface Props {
  taken: string | undefined;
  domain: string;
  save: (selector: string, privateKey: string) => Promise<unknown>;
  onClose: () => void;
}

export function KeyForm({ taken, domain, save, onClose }: Props) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Choice>(() => ({
    made: makesKeys,
    selector: nextTo(taken),
    pasted: "",
  }));
  const selector = choice.selector.trim();
  const make = useMutation({ mutationFn: () => (choice.made ? newKey() : keyOf(choice.pasted.trim())) });
  const put = useMutation({ mutationFn: ({ pem }: Key) => save(selector, pem), onSuccess: onClose });
  const unfit = make.error instanceof WrongSize;
  const wrong: Record<string, string> = {
    ...flaws(put.error),
    ...flawOf(put.error, { unprocessable: PASTED }),
    ...(unfit ? { [PASTED]: t("settings.signing.size") } : {}),
  };
  const refused = ["dkim.selector", PASTED].some((field) => wrong[field]);
  if (make.data && !refused) {
    const key = make.data;
    return (
      <PublishKey
        name={`${selector}._domainkey.${domain}`}
        record={key.record}
        put={put}
        onPublished={() => put.mutate(key)}
        onClose={onClose}
      />
    );
  }
  return (
    <ChooseKey
      choice={choice}
      onChange={(changes) => setChoice({ ...choice, ...changes })}
      wrong={wrong}
      pending={make.isPending}
      error={unfit ? null : make.error}
      onChosen={() => {
        put.reset();
        make.mutate();
      }}
      onClose={onClose}
    />
  );
}

/** A name that is free: the record of the key before stays in the DNS until what it signed has arrived. */
function nextTo(taken: string | undefined): string {
  const [, name = "fieldbell", number = "0"] = /^(.*?)(\d*)$/.exec(taken ?? "") ?? [];
  return taken ? `${name}${Number(number || "1") + 1}` : "fieldbell";
}
