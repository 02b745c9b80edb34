// The logo on top of every email: shown, replaced, removed.
import { Button, FileButton, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Company } from "../../api/types";
import { Section } from "../../parts/Section";
import { Trouble } from "../../parts/Trouble";
import { useOffer } from "../../parts/Undo";
import { useSession } from "../../session/useSession";
import { whenDone } from "../whenDone";
import { useChangeLogo } from "./queries";

export function Logo({ company }: { company: Company }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const change = useChangeLogo();
  const done = useOffer();
  const address = company.brand.logo_url;
  const put = async (picture: Blob | null) => {
    const old = address ? await pictureAt(address) : null;
    whenDone(change.mutateAsync({ from: company, picture }), (after) =>
      done({
        words: t(picture ? "settings.company.logoSaved" : "settings.company.logoGone"),
        ...(old !== undefined && { undo: () => change.mutateAsync({ from: after, picture: old }) }),
      }),
    );
  };
  return (
    <Section title={t("settings.company.logo")}>
      <Group>
        {address ? (
          <img src={address} alt={t("settings.company.logoOf", { name: company.name })} className="logo" />
        ) : (
          <Text size="sm" c="dimmed">
            {t("settings.company.noLogo")}
          </Text>
        )}
        {mayChange && (
          <Group gap="xs">
            <FileButton accept="image/png,image/jpeg" onChange={(picture) => picture && void put(picture)}>
              {(props) => (
                <Button variant="default" loading={change.isPending} {...props}>
                  {t(address ? "settings.company.replaceLogo" : "settings.company.addLogo")}
                </Button>
              )}
            </FileButton>
            {address && (
              <Button variant="default" onClick={() => void put(null)}>
                {t("settings.company.removeLogo")}
              </Button>
            )}
          </Group>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt="xs">
        {t("settings.company.logoHelp")}
      </Text>
      {change.isError && <Trouble error={change.error} />}
    </Section>
  );
}

/** Kept for Undo; `undefined` where it can't be had, and there is no way back. */
async function pictureAt(address: string): Promise<Blob | undefined> {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.blob() : undefined;
  } catch {
    return undefined;
  }
}
