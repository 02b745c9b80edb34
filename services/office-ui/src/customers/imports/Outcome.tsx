// What a table would do, counted and line by line, and which of its lines are left out.
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DryRun, RowProblem } from "../../api/types";
import { Dot } from "../../parts/Dot";

type Line = DryRun["lines"][number];

export function Outcome({ run }: { run: DryRun }) {
  const { t } = useTranslation();
  const left = run.rows - run.lines.length;
  return (
    <Stack gap="sm">
      <Group gap="lg" role="status">
        <Dot colour="var(--fb-good)">{t("imports.new", { count: run.new })}</Dot>
        <Dot colour="var(--fb-waiting)">{t("imports.changed", { count: run.changed })}</Dot>
        <Dot colour="var(--fb-quiet)">{t("imports.unchanged", { count: run.unchanged })}</Dot>
        {run.problems.length > 0 && (
          <Dot colour="var(--fb-bad)">{t("imports.wrong", { count: run.problems.length })}</Dot>
        )}
      </Group>
      <Problems problems={run.problems} />
      {run.rows === 0 ? (
        <Text size="sm">{t("imports.nothing")}</Text>
      ) : (
        <table className="grid" aria-label={t("imports.would")}>
          <thead>
            <tr>
              <th scope="col">{t("imports.what")}</th>
              <th scope="col">{t("imports.line")}</th>
            </tr>
          </thead>
          <tbody>
            {run.lines.map((line) => (
              <tr key={line.line}>
                <td>
                  {t(`imports.outcome.${line.outcome}`)}
                  <Changes line={line} />
                  {line.ends_sign_in && <div>{t("imports.endsSignIn")}</div>}
                </td>
                <td className="narrow quiet">{t("imports.lineOf", line)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {left > 0 && (
        <Text size="sm" c="dimmed">
          {t("imports.andMore", { count: left })}
        </Text>
      )}
    </Stack>
  );
}

function Changes({ line }: { line: Line }) {
  const { t } = useTranslation();
  const words = line.changes.map(({ column, old, new: now }) =>
    t("imports.change", { column, old: old ?? t("imports.empty"), new: now ?? t("imports.empty") }),
  );
  return words.map((each) => (
    <div key={each} className="quiet">
      {each}
    </div>
  ));
}

export function Problems({ problems }: { problems: RowProblem[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={550} mb={4}>
        {t("imports.problems")}
      </Text>
      <ol className="timeline" aria-label={t("imports.problems")}>
        {problems.map((each) => (
          <li key={`${each.line} ${each.column ?? ""} ${each.problem}`}>
            <span className="quiet">
              {[t("imports.lineOf", each), each.column].filter(Boolean).join(", ")}
            </span>
            <span>{each.problem}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
