import { deliverWebhook } from "../features/triggers/commands/deliver-webhook";
import { web } from "../trpc/web";
import { readBody } from "./transfer/body";

/**
 * `POST /api/hooks/{trigger_id}`: what somebody outside sends to start a run. Whoever knows the webhook's secret
 * may, so no account is asked for: 202 with the run's id, 200 where the webhook's `if` wants no run of it.
 */
export async function handleHook(request: Request, trigger_id: string): Promise<Response> {
  const { db, secret } = web();
  const result = await deliverWebhook(db, secret, {
    trigger_id,
    headers: request.headers,
    query: new URL(request.url).searchParams,
    readBody: () => readBody(request),
  });
  const status = result.run_id === null ? 200 : 202;
  return Response.json({ data: result }, { status, headers: { "cache-control": "no-store" } });
}
