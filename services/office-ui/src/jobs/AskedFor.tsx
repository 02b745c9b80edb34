// What the customer asked for, where the job was booked for that.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../parts/When";
import { useServiceRequests } from "../requests/queries";

export function AskedFor({ job }: { job: string }) {
  const { t } = useTranslation();
  const asked = useServiceRequests(false, job).data?.pages.flatMap(({ items }) => items) ?? [];
  if (asked.length === 0) return null;
  return (
    <>
      <dt>{t("requests.askedFor")}</dt>
      <dd>
        {asked.map(({ id, summary, received_at }) => (
          <div key={id}>
            <Link to={`/requests?view=all&job=${job}`} className="asked-for">
              <q>{summary}</q>
            </Link>{" "}
            <span className="quiet">
              · <When at={received_at} />
            </span>
          </div>
        ))}
      </dd>
    </>
  );
}
