import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { workflowTriggerDeliveries, workflowTriggers } from "../../../db/schema/triggers";
import type { CompiledWebhook } from "../../../engine/definition/trigger-types";
import { answered, audit, commit } from "../../../events/emit";
import { progress } from "../../../events/progress";
import { AppError } from "../../../lib/errors";
import { ADDRESS_HEADER } from "../../../lib/request-headers";
import { startRun } from "../../runs/commands/create-run";
import { type Delivery, wantedRun } from "../delivery";
import { firedBy, fireRecord, switchOffRecord } from "../fire-record";
import { noteFailure, noteStart } from "../outcome";
import { findOwner } from "../owner";
import { type ProjectTrigger, selectProjectTriggers } from "../queries";
import { countDelivery } from "../rate-limit";
import { checkSignature } from "../signature";
import { openSigningSecret } from "../signing-secret";

/** The result of a delivery: its run, or why it started none. */
export type DeliveryResult = { run_id: string } | { run_id: null; reason: string };

export interface WebhookRequest extends Pick<Delivery, "headers" | "query"> {
  trigger_id: string;
  /** Called only after the webhook was found. */
  readBody: () => Promise<Buffer>;
}

/** Thrown to undo the transaction: the same delivery arrived twice at once, and the other was first. */
class AlreadyDelivered extends Error {}

/**
 * Starts the run for a signed delivery, once for each delivery id; `secret` is the server's own. Throws
 * NOT_FOUND if the webhook does not exist or is off, UNAUTHORIZED for a wrong signature, BAD_REQUEST for a
 * wrong arg, CONFLICT for a replay, TOO_MANY_REQUESTS.
 */
export async function deliverWebhook(
  db: Db,
  secret: string,
  { trigger_id, readBody, ...sent }: WebhookRequest,
  nowMs = Date.now(),
): Promise<DeliveryResult> {
  const hook = await findWebhook(db, trigger_id);
  const body = await readBody();
  const signing = await openSecret(db, secret, hook);
  const signature = checkSignature(signing, sent.headers, body, nowMs);
  if (!signature.ok) {
    // Counted for each sender's address, so that a stranger cannot use up the deliveries of others.
    await countDelivery(db, `${hook.id}:${sent.headers.get(ADDRESS_HEADER) ?? ""}`);
    throw new AppError("UNAUTHORIZED", signature.reason);
  }
  await countDelivery(db, hook.id);
  const keys = {
    id: deliveryId(sent.headers),
    signature: signature.once === null ? null : `signature:${signature.once}`,
  };
  const known = await findDelivered(db, hook.id, keys);
  if (known) return known;
  try {
    return await start(db, hook, { ...sent, body }, keys);
  } catch (error) {
    const done = error instanceof AlreadyDelivered ? await findDelivered(db, hook.id, keys) : null;
    if (done) return done;
    if (error instanceof AppError && error.code === "BAD_REQUEST") {
      await noteOnce(db, hook, error.message);
    }
    throw error;
  }
}

async function start(db: Db, hook: Webhook, delivery: Delivery, keys: Keys): Promise<DeliveryResult> {
  const wanted = await wantedRun(hook.spec as CompiledWebhook, delivery);
  if (wanted === null) return { run_id: null, reason: "The webhook's `if` is not true for this delivery." };
  const owner = await findOwner(db, hook);
  if ("gone" in owner) {
    const record = switchOffRecord(hook, delivery.headers.get(ADDRESS_HEADER), owner.gone);
    await commit(db, record, (tx) => noteFailure(tx, hook, { enabled: false, last_error: owner.gone }));
    return refuseUnknown();
  }
  const { caller, scope } = owner;
  const what = `the webhook \`${hook.key}\``;
  const wish = {
    ...{ workflow_definition_id: hook.workflow_definition_id, args: wanted.args, priority: 0 },
    trigger: { id: hook.id, in_turn: false },
    name: wanted.name ?? undefined,
    suffix: `${nameOf(hook, delivery)}, ${keys.id === null ? timeText() : `delivery ${shortId(keys.id)}`}`,
  };
  const address = delivery.headers.get(ADDRESS_HEADER);
  const run = await startRun(caller, scope, wish, (work) =>
    commit(db, fireRecord(hook, address), async (tx) => {
      await lock(tx, hook);
      const run = await answered(await work(tx));
      audit(tx, firedBy(hook, caller, run));
      await remember(tx, hook.id, keys, run.id);
      await noteStart(tx, scope, { trigger: hook, run_id: run.id, what });
      return run;
    }),
  );
  return { run_id: run.id };
}

/** A delivery's name for people: its event if the sender names one, else the webhook's id. */
function nameOf({ key }: Webhook, { headers }: Delivery): string {
  const event = headers.get("x-github-event") ?? headers.get("x-gitlab-event");
  return event !== null && /^[\w ./-]{1,60}$/.test(event) ? event : key === "default" ? "webhook" : key;
}

/** The beginning of the sender's delivery id, enough for people to compare. */
const shortId = (key: string) => key.replace(/^id:/, "").slice(0, 8);

const timeText = () => `${new Date().toISOString().slice(0, 19).replace("T", " ")} UTC`;

type Webhook = ProjectTrigger & { sealed: Buffer };

const UNREADABLE =
  "Its secret was made under another NEXTAUTH_SECRET of the server and cannot be read. Make a new one.";

/** A webhook whose secret cannot be decrypted refuses deliveries like one without a secret. */
async function openSecret(db: Db, secret: string, hook: Webhook): Promise<string> {
  try {
    return openSigningSecret(secret, hook.id, hook.sealed);
  } catch {
    await noteOnce(db, hook, UNREADABLE);
    return refuseUnknown();
  }
}

/** Does not note the same error again when a sender retries. */
async function noteOnce(db: Db, hook: Webhook, last_error: string): Promise<void> {
  if (hook.last_error !== last_error) await progress(db, (tx) => noteFailure(tx, hook, { last_error }));
}

async function findWebhook(db: Db, id: string): Promise<Webhook> {
  const [hook] = await selectProjectTriggers(db).where(
    and(
      eq(workflowTriggers.id, id),
      eq(workflowTriggers.kind, "webhook"),
      isNull(workflowDefinitions.disabled_at),
    ),
  );
  if (!hook?.enabled || hook.secret === null) return refuseUnknown();
  return { ...hook, sealed: hook.secret };
}

function refuseUnknown(): never {
  throw new AppError("NOT_FOUND", "There is no such webhook, or it is switched off.");
}

/** Locks project, definition and trigger in the order of saving and deleting definitions: no deadlocks. */
async function lock(tx: Tx, { id, project_id, workflow_definition_id }: ProjectTrigger): Promise<void> {
  await tx.execute(sql`select 1 from projects where id = ${project_id} for key share`);
  await tx.execute(
    sql`select 1 from workflow_definitions where id = ${workflow_definition_id} for key share`,
  );
  const [there] = (
    await tx.execute(sql`select 1 from workflow_triggers where id = ${id} and enabled for update`)
  ).rows;
  if (!there) refuseUnknown();
}

/** The keys under which a delivery is remembered; null if it does not have one. */
interface Keys {
  id: string | null;
  signature: string | null;
}

const DELIVERY_ID = /^[\x21-\x7e]{1,255}$/;

function deliveryId(headers: Headers): string | null {
  for (const name of ["x-phaseboard-delivery", "x-github-delivery"]) {
    const given = headers.get(name);
    if (given === null) continue;
    if (DELIVERY_ID.test(given)) return `id:${given}`;
    const message = "must be 1 to 255 visible ASCII characters";
    throw new AppError("BAD_REQUEST", `${name} ${message}.`, [{ path: name, message }]);
  }
  return null;
}

const listed = ({ id, signature }: Keys) => [id, signature].filter((key) => key !== null);

/** The run of an earlier copy of the delivery. Throws CONFLICT if its signature was used with another id. */
async function findDelivered(db: Db, trigger_id: string, keys: Keys): Promise<DeliveryResult | null> {
  if (listed(keys).length === 0) return null;
  const rows = await db
    .select({ key: workflowTriggerDeliveries.key, run_id: workflowTriggerDeliveries.workflow_run_id })
    .from(workflowTriggerDeliveries)
    .where(
      and(
        eq(workflowTriggerDeliveries.workflow_trigger_id, trigger_id),
        inArray(workflowTriggerDeliveries.key, listed(keys)),
      ),
    );
  const same = rows.find(({ key }) => key === keys.id);
  if (same) return { run_id: same.run_id };
  if (rows.length === 0) return null;
  throw new AppError(
    "CONFLICT",
    "This delivery has come before. Sign a new one anew; send a repeated one under the same X-Phaseboard-Delivery.",
  );
}

async function remember(
  tx: Tx,
  workflow_trigger_id: string,
  keys: Keys,
  workflow_run_id: string,
): Promise<void> {
  const rows = listed(keys).map((key) => ({ workflow_trigger_id, key, workflow_run_id }));
  if (rows.length === 0) return;
  const made = await tx
    .insert(workflowTriggerDeliveries)
    .values(rows)
    .onConflictDoNothing()
    .returning({ key: workflowTriggerDeliveries.key });
  if (made.length < rows.length) throw new AlreadyDelivered();
}
