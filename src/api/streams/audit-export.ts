import { exportAudit } from "../../features/audit/queries";
import { ExportAuditInput } from "../../features/audit/schema";
import { contextOf } from "../caller";
import { queryOf } from "../rest/input";
import { textStream } from "./event-stream";

const TYPES = {
  csv: "text/csv; charset=utf-8; header=present",
  jsonl: "application/x-ndjson; charset=utf-8",
};

/** `GET /api/audit/export`: the audit record that a filter names, as a file in CSV or of JSON lines. */
export async function handleAuditExport(request: Request): Promise<Response> {
  const caller = await contextOf(request);
  const input = ExportAuditInput.parse(queryOf(new URL(request.url).searchParams));
  const next = await exportAudit(caller, input);
  const day = new Date().toISOString().slice(0, 10);
  return new Response(
    textStream(next, () => {}),
    {
      headers: {
        "content-type": TYPES[input.format],
        "content-disposition": `attachment; filename="audit-${day}.${input.format}"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-accel-buffering": "no",
      },
    },
  );
}
