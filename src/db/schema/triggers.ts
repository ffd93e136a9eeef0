import { sql } from "drizzle-orm";
import { boolean, check, index, json, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { TRIGGER_KINDS } from "../../model/states";
import { bytea, createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { workflowDefinitions } from "./definitions";
import { workflowRuns } from "./runs";
import { users } from "./users";

/** The triggers of a definition's newest revision, with their switches. */
export const workflowTriggers = pgTable(
  "workflow_triggers",
  {
    id: id(),
    workflow_definition_id: partOf("workflow_definition_id", () => workflowDefinitions.id),
    kind: text("kind", { enum: TRIGGER_KINDS }).notNull(),
    /** The key in the definition. A new revision with the same key keeps the switch, the address and the secret. */
    key: text("key").notNull(),
    /** `CompiledSchedule` or `CompiledWebhook` of engine/definition. */
    spec: json("spec").$type<unknown>().notNull(),
    enabled: boolean("enabled").notNull(),
    /** The user in whose name runs start: who last switched the trigger on or saved the definition. */
    on_behalf_of: text("on_behalf_of").references(() => users.id, { onDelete: "set null" }),
    /** Set for a schedule that is on. */
    next_run_at: instant("next_run_at"),
    last_fired_at: instant("last_fired_at"),
    last_run_id: text("last_run_id").references(() => workflowRuns.id, { onDelete: "set null" }),
    /** Why it last failed to start a run, or was switched off; null after a run was started. */
    last_error: text("last_error"),
    /** A webhook's secret, encrypted; senders sign deliveries with it. Null until one is made. */
    secret: bytea("secret"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("workflow_triggers_key_key").on(t.workflow_definition_id, t.kind, t.key),
    index("workflow_triggers_next_run_at_idx").on(t.next_run_at).where(sql`enabled`),
    index("workflow_triggers_on_behalf_of_idx").on(t.on_behalf_of),
    index("workflow_triggers_last_run_id_idx").on(t.last_run_id),
    check("workflow_triggers_kind_check", oneOf("kind", TRIGGER_KINDS)),
  ],
);

/** Deliveries that started a run, so that the same delivery starts no second one. */
export const workflowTriggerDeliveries = pgTable(
  "workflow_trigger_deliveries",
  {
    workflow_trigger_id: partOf("workflow_trigger_id", () => workflowTriggers.id),
    /** `id:` with the sender's id of the delivery, or `signature:` with its signature. */
    key: text("key").notNull(),
    /** No foreign key: a delivery must not start its run again after the run was deleted. */
    workflow_run_id: text("workflow_run_id").notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workflow_trigger_id, t.key] }),
    index("workflow_trigger_deliveries_created_at_idx").on(t.created_at),
  ],
);
