// Why messages did not go today; each number leads to those it counts.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DeliverySummary } from "../api/types";
import { COLOURS, reasonWords } from "../deliveries/standing";
import { Dot } from "../parts/Dot";
import { Empty } from "../parts/Empty";
import { Section } from "../parts/Section";
import type { Day } from "../words/days";
import { reasons } from "./figures";

export function WhyNot({ counts, day }: { counts: DeliverySummary["counts"]; day: Day }) {
  const { t } = useTranslation();
  const found = reasons(counts);
  return (
    <Section title={t("home.reasons.title")}>
      {found.length === 0 ? (
        <Empty>{t("home.reasons.none")}</Empty>
      ) : (
        <table className="grid" aria-label={t("home.reasons.title")}>
          <thead>
            <tr>
              <th scope="col">{t("home.reasons.why")}</th>
              <th scope="col">{t("home.reasons.messages")}</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ reason, explanation, standing, count }) => (
              <tr key={reason}>
                <td>
                  <Dot colour={COLOURS[standing]}>{reasonWords(explanation)}</Dot>
                </td>
                <td className="narrow">
                  <Link
                    to={`/deliveries?view=${standing}&reason=${reason}&day=${day.name}`}
                    aria-label={`${t("home.reasons.see")}: ${count}`}
                  >
                    {count.toLocaleString("en")}
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
