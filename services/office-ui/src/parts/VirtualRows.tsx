// The rows of a long table that are in sight, and some around them. Back shows the same ones again.
import { useWindowVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type ReactNode, type Ref, useEffect, useLayoutEffect, useRef, useState } from "react";
import "./rows.css";

export interface RowPlace {
  ref: Ref<HTMLTableRowElement>;
  "data-index": number;
  "aria-rowindex": number;
}

interface Props<Item> {
  /** Which list it is: the heights of its rows are kept until another list is left. */
  of: string;
  items: readonly Item[];
  /** About how high a row is, in pixels. */
  height: number;
  columns: number;
  onEnd: () => void;
  row: (item: Item, place: RowPlace) => ReactNode;
}

const AROUND = 8;
const NEAR_THE_END = 30;

let left: { of: string; heights: VirtualItem[] } = { of: "", heights: [] };

export function VirtualRows<Item extends { id: string }>({
  of,
  items,
  height,
  columns,
  onEnd,
  row,
}: Props<Item>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  const [known] = useState(() => (left.of === of ? left.heights : []));
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => height,
    getItemKey: (index) => items[index]?.id ?? index,
    initialMeasurementsCache: known,
    overscan: AROUND,
    scrollMargin: top,
  });
  useLayoutEffect(() => {
    if (body.current) setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY));
  }, [of]);
  useEffect(() => () => void (left = { of, heights: rows.measurementsCache }), [of, rows]);
  const shown = rows.getVirtualItems();
  const first = shown[0];
  const last = shown.at(-1);
  const end = (last?.index ?? 0) + NEAR_THE_END >= items.length;
  useEffect(() => {
    if (end) onEnd();
  }, [end, items.length, onEnd]);
  return (
    <tbody ref={body}>
      <Gap height={first ? first.start - top : 0} columns={columns} />
      {shown.map(({ index }) => {
        const item = items[index];
        return (
          item && row(item, { ref: rows.measureElement, "data-index": index, "aria-rowindex": index + 2 })
        );
      })}
      {/* Before the first is shown, this is all: Back needs the page as high as it was. */}
      <Gap height={rows.getTotalSize() - (last ? last.end - top : 0)} columns={columns} />
    </tbody>
  );
}

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className="gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
