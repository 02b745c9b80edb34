// A job on the board: what, for whom, when; and where it may go.
import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Job, StatusEntry } from "../api/types";
import { NameOf } from "../customers/CustomerName";
import { Dot } from "../parts/Dot";
import { mayMove } from "./moves";
import { nextVisit } from "./nextVisit";
import { VisitTime } from "./VisitTime";

interface Props {
  job: Job;
  customer: string | undefined;
  statuses: StatusEntry[];
  onMove: (to: StatusEntry) => void;
}

export function Card({ job, customer, statuses, onMove }: Props) {
  const { t } = useTranslation();
  const visit = nextVisit(job);
  return (
    <div className="card job-card">
      <Link to={`/jobs/${job.id}`}>{job.title}</Link>
      <NameOf name={customer} />
      {visit && (
        <span className="quiet">
          <VisitTime visit={visit} />
        </span>
      )}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" size="compact-sm" aria-label={t("board.moveJob", { title: job.title })}>
            {t("board.move")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("board.to")}</Menu.Label>
          {statuses
            .filter((status) => mayMove(job, status))
            .map((status) => (
              <Menu.Item key={status.id} onClick={() => onMove(status)}>
                <Dot colour={status.colour}>{status.name}</Dot>
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
