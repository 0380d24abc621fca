import { Text, UnstyledButton } from "@mantine/core";
import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./data-table.module.css";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

/** One column. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => React.ReactNode;
  /** By what to sort; a column without it is not sorted. */
  readonly value?: (row: Row) => string | number;
  /** CSS width, such as 12rem; default what is left. */
  readonly width?: string;
  readonly align?: "end";
}

/** Props of {@link DataTable}. */
export interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Text when a filter leaves nothing. */
  readonly empty?: string;
}

/** Rows above which only those in sight are drawn. */
const VIRTUAL_ABOVE = 60;

/** A table that sorts, draws only what is in sight, and becomes cards on a narrow screen. */
export function DataTable<Row extends RowData>({ label, rows, columns, rowKey, empty }: DataTableProps<Row>) {
  const { t } = useTranslation();
  const definitions = useMemo(() => columns.map((column) => toDefinition(column)), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: definitions, data, getRowId: (row: Row) => rowKey(row) });
  const sorted = table.getRowModel().rows;
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(
    () => setTop(body.current === null ? 0 : body.current.getBoundingClientRect().top + globalThis.scrollY),
    [rows.length === 0],
  );
  const virtual = sorted.length > VIRTUAL_ABOVE;
  const virtualizer = useWindowVirtualizer({
    count: virtual ? sorted.length : 0,
    estimateSize: () => 57,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => sorted[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const shown = virtual ? items.map(({ index }) => ({ index, row: sorted[index] })) : sorted.map((row, index) => ({ index, row }));
  const before = virtual ? (items[0]?.start ?? top) - top : 0;
  const after = virtual ? virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top) : 0;
  const byId = new Map(columns.map((column) => [column.id, column]));

  if (rows.length === 0) return <Text c="dimmed">{empty ?? t("common.noMatch")}</Text>;
  return (
    <table role="table" className={classes["table"]} aria-label={label} aria-rowcount={sorted.length + 1}>
      <thead role="rowgroup">
        <tr role="row">
          {table.getFlatHeaders().map((header) => {
            const column = byId.get(header.column.id);
            const direction = header.column.getIsSorted();
            return (
              <th
                role="columnheader"
                key={header.id}
                scope="col"
                data-align={column?.align}
                style={{ width: column?.width }}
                aria-sort={direction === false ? undefined : direction === "asc" ? "ascending" : "descending"}
              >
                {header.column.getCanSort() ? (
                  <UnstyledButton
                    className={classes["sort"]}
                    onClick={header.column.getToggleSortingHandler()}
                    title={t("common.sort", { column: column?.header ?? "" })}
                  >
                    {column?.header} <span aria-hidden>{direction === "asc" ? "↑" : direction === "desc" ? "↓" : ""}</span>
                  </UnstyledButton>
                ) : (
                  column?.header
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody role="rowgroup" ref={body}>
        {before > 0 ? <Spacer height={before} columns={columns.length} /> : null}
        {shown.map(({ index, row }) =>
          row === undefined ? null : (
            <Row
              key={row.id}
              row={row.original}
              index={index}
              columns={columns as readonly Column<unknown>[]}
              measure={virtual ? virtualizer.measureElement : undefined}
            />
          ),
        )}
        {after > 0 ? <Spacer height={after} columns={columns.length} /> : null}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: unknown;
  readonly index: number;
  readonly columns: readonly Column<unknown>[];
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
}

/** One row; drawn again only when it is another one, however the table is scrolled. */
const Row = memo(function Row({ row, index, columns, measure }: RowProps) {
  return (
    <tr role="row" data-index={index} ref={measure} aria-rowindex={index + 2}>
      {columns.map((column) => (
        <td role="cell" key={column.id} data-align={column.align} data-label={column.header}>
          <div>{column.cell(row)}</div>
        </td>
      ))}
    </tr>
  );
});

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden className={classes["spacer"]}>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

function toDefinition<Row extends RowData>({ id, header, value }: Column<Row>): ColumnDef<typeof features, Row> {
  if (value === undefined) return { id, header, enableSorting: false };
  return { id, header, accessorFn: value, sortFn: "alphanumeric", sortDescFirst: false };
}
