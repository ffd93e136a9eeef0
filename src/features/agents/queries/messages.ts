import { and, asc, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../../auth/scope";
import { textBytes } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { agentMessages } from "../../../db/schema/messages";
import { AppError } from "../../../lib/errors";
import type { Page } from "../../../lib/page";
import type { AgentMessage, ListMessagesInput } from "../schema";

/** Estimated bytes of a message in JSON, apart from its text. */
const REST_BYTES = 500;

const columns = getTableColumns(agentMessages);

/** A message by its id. Throws NOT_FOUND. */
export async function getMessage(tx: ReadDb, id: string): Promise<AgentMessage> {
  const [message] = await tx.select(columns).from(agentMessages).where(eq(agentMessages.id, id));
  if (!message) throw new AppError("NOT_FOUND", "There is no such message.");
  return message;
}

/** SQL for the row of the step that a session worked for; an earlier session's is found by its attempt. */
export const stepOfSession = (session_id: string): SQL => sql`coalesce(
  (select workflow_run_step_id from workflow_run_step_attempts where agent_session_id = ${session_id} limit 1),
  (select id from workflow_run_steps where agent_session_id = ${session_id} limit 1))`;

/** A page of the messages to the agent of the step that a session worked for, in all of its attempts. Three queries. */
export async function listMessages(
  caller: Caller,
  { id: session_id, status, order, ...page }: ListMessagesInput,
): Promise<Page<AgentMessage>> {
  await authorizeAgentSession(caller, session_id, "project:read");
  const { db } = caller;
  const { id, created_at, text, workflow_run_step_id } = agentMessages;
  const descending = order === "newest";
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${agentMessages}`,
      where: and(
        sql`${workflow_run_step_id} = ${stepOfSession(session_id)}`,
        status === undefined ? undefined : eq(agentMessages.status, status),
      ),
      id,
      keys: [{ value: created_at, kind: "time" }],
      descending,
      bytes: sql`${textBytes(text)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  if (ids.length === 0) return { items: [], next_cursor };
  const by = descending ? desc : asc;
  const items = await db
    .select(columns)
    .from(agentMessages)
    .where(isOneOf(id, ids))
    .orderBy(by(created_at), by(id));
  return { items, next_cursor };
}
