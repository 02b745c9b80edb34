// The day's messages by hour: bars to look at, a table to read.
import { useTranslation } from "react-i18next";
import type { DeliverySummary } from "../api/types";
import { COLOURS } from "../deliveries/standing";
import { Empty } from "../parts/Empty";
import { type Hour, hours, STANDINGS } from "./figures";

const clock = new Intl.DateTimeFormat("en", { hour: "numeric" });

export function Hours({ counts }: Pick<DeliverySummary, "counts">) {
  const { t } = useTranslation();
  const day = hours(counts);
  if (day.length === 0) return <Empty>{t("home.hours.none")}</Empty>;
  return (
    <>
      <Bars day={day} />
      <details className="same">
        <summary>{t("home.hours.asTable")}</summary>
        <Numbers day={day} />
      </details>
    </>
  );
}

function Bars({ day }: { day: Hour[] }) {
  const most = Math.max(...day.map(({ all }) => all));
  return (
    <div className="bars" aria-hidden>
      {day.map(({ at, sums, all }) => (
        <div key={at.getTime()} className="hour">
          <span className="count">{all || ""}</span>
          <div className="bar" style={{ height: `calc((100% - 3.2em) * ${all / most})` }}>
            {STANDINGS.map((each) => (
              <div key={each} style={{ flexGrow: sums[each], background: COLOURS[each] }} />
            ))}
          </div>
          <span className="clock">{clock.format(at)}</span>
        </div>
      ))}
    </div>
  );
}

function Numbers({ day }: { day: Hour[] }) {
  const { t } = useTranslation();
  return (
    <table className="grid" aria-label={t("home.hours.title")}>
      <thead>
        <tr>
          <th scope="col">{t("home.hours.hour")}</th>
          {STANDINGS.map((each) => (
            <th key={each} scope="col">
              {t(`home.figures.${each}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {day.map(({ at, sums }) => (
          <tr key={at.getTime()}>
            <th scope="row">{clock.format(at)}</th>
            {STANDINGS.map((each) => (
              <td key={each}>{sums[each]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
