import { authorizeProject, type Caller } from "../../../auth/scope";
import { csvLine } from "../../../lib/csv";
import { MAX_LIMIT } from "../../../lib/page-size";
import type { ExportRunsInput, RunListItem } from "../schema";
import { listRuns } from "./list-runs";

const COLUMNS: Record<string, (run: RunListItem) => unknown> = {
  number: (run) => run.number,
  name: (run) => run.name,
  status: (run) => run.status,
  definition: (run) => run.definition_name,
  labels: (run) => run.labels.map(({ name }) => name).join(", "),
  started_by: (run) => run.user_name,
  trigger: (run) => run.trigger?.kind ?? (run.trigger ? "trigger" : ""),
  assignee: (run) => run.assignee_name,
  priority: (run) => run.priority,
  phase: (run) => run.current_phase,
  error: (run) => run.error_message,
  created_at: (run) => run.created_at,
  started_at: (run) => run.started_at,
  ended_at: (run) => run.completed_at ?? run.cancelled_at,
  tokens: (run) => run.tokens,
  cost: (run) => run.cost,
  currency: (run) => run.currency,
  args: (run) => run.args,
  id: (run) => run.id,
};

const textOf = (value: unknown): string =>
  value === null || value === undefined
    ? ""
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);

/** All runs that `listRuns` would give, as texts of some rows each; null at the end. Throws before anything is sent. */
export async function exportRuns(
  caller: Caller,
  input: ExportRunsInput,
): Promise<() => Promise<string | null>> {
  await authorizeProject(caller, input.project_id, "project:read");
  let head = csvLine(Object.keys(COLUMNS));
  let cursor: string | null | undefined;
  return async () => {
    if (cursor === null) return null;
    const page = await listRuns(caller, { ...input, cursor, limit: MAX_LIMIT });
    cursor = page.next_cursor;
    const rows = page.items.map((run) => csvLine(Object.values(COLUMNS).map((of) => textOf(of(run)))));
    const text = head + rows.join("");
    head = "";
    return text;
  };
}
