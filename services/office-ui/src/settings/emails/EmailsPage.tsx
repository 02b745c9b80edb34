// Which confirmations, receipts and invoices go out by themselves, and to which kind of customer.
import { Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Outbound } from "../../api/types";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { useOutbound } from "../rules/queries";
import { candidate, useSetOutbound } from "./outbound";

export const KINDS = ["residential", "commercial"] as const;
export type Kind = (typeof KINDS)[number];

export function EmailsPage() {
  const { t } = useTranslation();
  const outbound = useOutbound();
  return (
    <>
      <PageHead title={t("settings.places.emails")} />
      <Text size="sm" c="dimmed" mb="md">
        {t("settings.emails.help")}
      </Text>
      {outbound.isPending ? (
        <Waiting />
      ) : outbound.isError ? (
        <Trouble error={outbound.error} retry={() => void outbound.refetch()} />
      ) : (
        <Settings all={outbound.data} />
      )}
    </>
  );
}

function Settings({ all }: { all: Outbound[] }) {
  const { t } = useTranslation();
  return (
    <table className="grid board" aria-label={t("settings.places.emails")}>
      <thead>
        <tr>
          <th scope="col">{t("settings.emails.email")}</th>
          {KINDS.map((kind) => (
            <th key={kind} scope="col">
              {t(`customers.${kind}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {all.map((setting) => (
          <tr key={setting.trigger}>
            <td>
              <strong>{setting.title}</strong>
              <div className="what-for">
                {setting.rules.map((rule) => (
                  <div key={rule.id}>
                    <Link
                      to={`/settings/rules/${rule.id}`}
                      aria-label={t("settings.emails.details", { name: rule.name })}
                    >
                      {setting.rules.length > 1 ? rule.name : t("settings.board.more")}
                    </Link>
                    {rule.tags.length > 0 &&
                      ` · ${t("settings.emails.tagged", { tags: rule.tags.join(", ") })}`}
                  </div>
                ))}
                {setting.rules.length === 0 && t("settings.emails.noRule")}
              </div>
            </td>
            {KINDS.map((kind) => (
              <td key={kind}>
                <Setting setting={setting} kind={kind} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Setting({ setting, kind }: { setting: Outbound; kind: Kind }) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const { set, save } = useSetOutbound(setting, kind);
  const reach = setting.kinds[kind];
  const known = candidate(setting.rules, kind) !== undefined;
  const on = save.isPending ? save.variables.on : reach !== "off";
  return (
    <>
      <Switch
        label={t(`customers.${kind}`)}
        aria-label={`${setting.title}, ${t(`customers.${kind}`)}`}
        classNames={{ label: "only-narrow" }}
        description={
          reach === "some"
            ? t("settings.emails.some")
            : !on && !known && setting.rules.some(({ tags }) => tags.length === 0)
              ? t("settings.emails.several")
              : undefined
        }
        checked={on}
        disabled={!mayChange || (!on && !known)}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      {save.isError && <Trouble error={save.error} />}
    </>
  );
}
