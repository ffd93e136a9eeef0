import { exportRuns } from "../../features/runs/queries/export-runs";
import { ExportRunsInput } from "../../features/runs/schema";
import { contextOf } from "../caller";
import { queryOf } from "../rest/input";
import { textStream } from "./event-stream";

/** `GET /api/workflow-executions/export`: the runs that a filter names, as a file in CSV. */
export async function handleRunsExport(request: Request): Promise<Response> {
  const caller = await contextOf(request);
  const input = ExportRunsInput.parse(queryOf(new URL(request.url).searchParams));
  const next = await exportRuns(caller, input);
  const day = new Date().toISOString().slice(0, 10);
  return new Response(
    textStream(next, () => {}),
    {
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": `attachment; filename="runs-${day}.csv"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-accel-buffering": "no",
      },
    },
  );
}
