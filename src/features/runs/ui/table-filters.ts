import { useMemo } from "react";
import { useAddress } from "../../../components/use-address";
import { startOfDay } from "../../../lib/local-day";
import { RUN_STATUSES, type RunStatus, TRIGGER_KINDS } from "../../../model/states";
import { RUN_ORDERS, type RunOrder } from "../orders";
import { columnsOf } from "./table-columns";

const TRIGGERS = [...TRIGGER_KINDS, "none"] as const;
export type TriggerFilter = (typeof TRIGGERS)[number];

/** Names in the address of what the table is filtered by. */
export const FILTER_NAMES = [
  "status",
  "definition",
  "person",
  "assignee",
  "label",
  "trigger",
  "from",
  "to",
  "arg",
  "q",
  "pinned",
  "archived",
] as const;

const listOf = (text: string | null) => (text === null ? [] : text.split(",").filter(Boolean));

/** Filters, order and columns of the runs table as the address has them; unknown values are ignored. */
export function useTableFilters() {
  const { get } = useAddress();
  const [status, label, trigger, sort] = [get("status"), get("label"), get("trigger"), get("sort")];
  const statuses = useMemo(
    () => listOf(status).filter((each): each is RunStatus => RUN_STATUSES.some((known) => known === each)),
    [status],
  );
  const labels = useMemo(() => listOf(label), [label]);
  return {
    statuses,
    definition: get("definition"),
    user_id: get("person"),
    assignee_id: get("assignee"),
    labels,
    trigger: TRIGGERS.find((each) => each === trigger) ?? null,
    /** Days in the reader's own time zone, both included. */
    from: startOfDay(get("from")) === undefined ? null : get("from"),
    to: startOfDay(get("to"), 1) === undefined ? null : get("to"),
    arg: get("arg"),
    q: get("q")?.trim() ?? "",
    pinned: get("pinned") === "1",
    archived: get("archived") === "1",
    sort: RUN_ORDERS.find((each) => each === sort) ?? ("-created" satisfies RunOrder),
    columns: columnsOf(get("cols")),
  };
}
export type TableFilters = ReturnType<typeof useTableFilters>;

/** The filters as the API takes them, without the definition. */
export function queryOf(filters: TableFilters) {
  const from = startOfDay(filters.from);
  const to = startOfDay(filters.to, 1);
  return {
    ...(filters.statuses.length > 0 ? { status: filters.statuses.join(",") } : {}),
    ...(filters.user_id ? { user_id: filters.user_id } : {}),
    ...(filters.assignee_id ? { assignee_id: filters.assignee_id } : {}),
    ...(filters.labels.length > 0 ? { label: filters.labels.join(",") } : {}),
    ...(filters.trigger ? { trigger: filters.trigger } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(filters.arg ? { arg: filters.arg } : {}),
    ...(filters.q ? { q: filters.q } : {}),
    ...(filters.pinned ? { pinned: true } : {}),
    ...(filters.archived ? { archived: true } : {}),
  };
}
