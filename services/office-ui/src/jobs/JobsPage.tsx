// The room of jobs: as a list or as a board; a technician's own visits of today stand first.
import { Button, Group, SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { PageHead } from "../parts/PageHead";
import { useFilters } from "../parts/useFilters";
import { useSession } from "../session/useSession";
import { Board } from "./Board";
import { JobList } from "./JobList";
import "./jobs.css";
import { Today } from "./Today";

export function JobsPage() {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const { get, set } = useFilters();
  const asBoard = get("view") === "board";
  return (
    <>
      <PageHead title={t("jobs.title")}>
        <Group>
          <SegmentedControl
            aria-label={t("board.view")}
            value={asBoard ? "board" : ""}
            onChange={(view) => set({ view, column: null })}
            data={[
              { value: "", label: t("board.list") },
              { value: "board", label: t("board.board") },
            ]}
          />
          {isOffice && (
            <Button component={Link} to="/jobs/new">
              {t("booking.book")}
            </Button>
          )}
        </Group>
      </PageHead>
      {!isOffice && !asBoard && <Today />}
      {asBoard ? <Board /> : <JobList />}
    </>
  );
}
