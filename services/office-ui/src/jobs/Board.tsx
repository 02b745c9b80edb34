// What stands where: a column for each status in the company's order; on a phone one at a time.
import { NativeSelect, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { BoardColumn, Job, StatusEntry } from "../api/types";
import { useNames } from "../customers/queries";
import { Dot } from "../parts/Dot";
import { Trouble } from "../parts/Trouble";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { Card } from "./Card";
import { Moving } from "./Moving";
import { useBoard } from "./queries";

const COUNTED = 10_000;

export interface Move {
  job: Job;
  to: StatusEntry;
}

export function Board() {
  const board = useBoard();
  if (board.isPending) return <Waiting lines={10} />;
  if (board.isError) return <Trouble error={board.error} retry={() => void board.refetch()} />;
  return <Columns columns={board.data} />;
}

function Columns({ columns }: { columns: BoardColumn[] }) {
  const { t } = useTranslation();
  const [{ move, nth }, setMove] = useState<{ move?: Move; nth: number }>({ nth: 0 });
  const ask = (next: Move) => setMove((before) => ({ move: next, nth: before.nth + 1 }));
  const shown = useShown(columns);
  return (
    <Stack>
      {move && <Moving key={nth} move={move} />}
      {shown.length < columns.length && <Choice columns={columns} shown={shown[0]} />}
      <div className="board" role="region" aria-label={t("board.region")}>
        {shown.map((column) => (
          <Column key={column.status.id} column={column} columns={columns} onMove={ask} />
        ))}
      </div>
    </Stack>
  );
}

/** All of them; on a phone the one that was chosen, else the first that has jobs. */
function useShown(columns: BoardColumn[]): BoardColumn[] {
  const phone = useMediaQuery("(max-width: 47.99em)", undefined, { getInitialValueInEffect: false });
  const { get } = useFilters();
  if (!phone) return columns;
  const chosen = columns.find(({ status }) => status.id === get("column"));
  return [chosen ?? columns.find(({ count }) => count > 0) ?? columns[0]].filter(
    (each) => each !== undefined,
  );
}

function Choice({ columns, shown }: { columns: BoardColumn[]; shown: BoardColumn | undefined }) {
  const { t } = useTranslation();
  const { set } = useFilters();
  return (
    <NativeSelect
      label={t("board.column")}
      value={shown?.status.id}
      onChange={({ currentTarget }) => set({ column: currentTarget.value })}
      data={columns.map(({ status, count }) => ({
        value: status.id,
        label: t("board.named", { status: status.name, jobs: counted(count) }),
      }))}
    />
  );
}

interface Props {
  column: BoardColumn;
  columns: BoardColumn[];
  onMove: (move: Move) => void;
}

function Column({ column, columns, onMove }: Props) {
  const { t } = useTranslation();
  const { status, count, jobs } = column;
  const names = useNames(jobs.map((job) => job.customer_id));
  const name = t("board.named", { status: status.name, jobs: counted(count) });
  return (
    <section aria-label={name} className="column">
      <h2>
        <Dot colour={status.colour}>{status.name}</Dot> <span className="quiet">{counted(count)}</span>
      </h2>
      {count === 0 && <p className="quiet">{t("board.none")}</p>}
      <ul className="plain">
        {jobs.map((job) => (
          <li key={job.id}>
            <Card
              job={job}
              customer={names.get(job.customer_id)}
              statuses={columns.map((each) => each.status)}
              onMove={(to) => onMove({ job, to })}
            />
          </li>
        ))}
      </ul>
      {count > jobs.length && <Link to={`/jobs?status=${status.id}&cancelled=no`}>{t("board.all")}</Link>}
    </section>
  );
}

function counted(count: number): string {
  return count >= COUNTED ? `${COUNTED.toLocaleString("en")}+` : count.toLocaleString("en");
}
