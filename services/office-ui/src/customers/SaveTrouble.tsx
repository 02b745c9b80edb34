// Why a change was not saved: what another changed meanwhile, what can't be read, or what else went wrong.
import { Alert, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Refusal } from "../api/refusal";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import { ago } from "../words/times";
import { Overtaken } from "./changing";
import { actorWords, changeWords } from "./log/words";
import { useCompany } from "./queries";

interface Props {
  error: Error | null;
  /** Whether there is something typed that waits to be saved again. */
  typed?: boolean;
}

export function SaveTrouble({ error, typed = false }: Props) {
  if (!error) return null;
  if (error instanceof Overtaken) return <Conflict error={error} typed={typed} />;
  const wrong = error instanceof Refusal ? (error.problem.errors ?? []) : [];
  return wrong.length > 0 ? (
    <Wrong problems={wrong.map(({ problem }) => problem)} />
  ) : (
    <Trouble error={error} />
  );
}

function Conflict({ error, typed }: { error: Overtaken; typed: boolean }) {
  const { t } = useTranslation();
  const session = useSession();
  const company = useCompany().data;
  return (
    <Alert color="red" role="alert" title={t("customer.conflict.said")}>
      <List size="sm" mb="xs">
        {error.changes.map((change) => (
          <List.Item key={change.id}>
            {changeWords(change, t, company)}
            <Text span c="dimmed" size="sm">{` · ${actorWords(change, session, t)}, ${ago(change.at)}`}</Text>
          </List.Item>
        ))}
      </List>
      <Text size="sm">{t(typed ? "customer.conflict.kept" : "customer.conflict.flag")}</Text>
    </Alert>
  );
}

function Wrong({ problems }: { problems: string[] }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" role="alert" title={t("customer.cantBeRead")}>
      <List size="sm">
        {problems.map((problem) => (
          <List.Item key={problem}>{sentence(problem)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** "Value error, is no email address: ..." as people say it. */
function sentence(problem: string): string {
  const words = problem.replace("Value error, ", "");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
