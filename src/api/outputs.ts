import { RunInput } from "../features/runs/schema";
import { type OutputText, readRunOutput, readStepOutput } from "../features/steps/queries/read-output";
import { StepOutputInput } from "../features/steps/schema";
import { contextOf } from "./caller";
import { queryOf, refuseQuery } from "./rest/input";
import { isUnchanged } from "./transfer/conditions";

const OutputQuery = StepOutputInput.omit({ id: true });

/** `GET /api/workflow-steps/{id}/output`: what a step gave, with `?attempt=` one try of it, as JSON. */
export async function handleStepOutput(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  const query = OutputQuery.parse(queryOf(new URL(request.url).searchParams));
  return send(request, await readStepOutput(caller, StepOutputInput.parse({ ...query, id })));
}

/** `GET /api/workflow-executions/{id}/output`: what the code of a run returned, as JSON. */
export async function handleRunOutput(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  refuseQuery(request);
  return send(request, await readRunOutput(caller, RunInput.parse({ id })));
}

function send(request: Request, { json, digest }: OutputText): Response {
  const etag = `"${digest}"`;
  const headers = {
    etag,
    // Asked for again each time, since who may see it can change.
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
  };
  if (isUnchanged(request.headers, { etag })) return new Response(null, { status: 304, headers });
  const body = Buffer.from(json);
  return new Response(body, {
    headers: {
      ...headers,
      "content-type": "application/json; charset=utf-8",
      "content-length": String(body.byteLength),
    },
  });
}
