CREATE TABLE "workflow_journal" (
	"workflow_run_id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"entries" json NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_journal_workflow_run_id_ordinal_pk" PRIMARY KEY("workflow_run_id","ordinal")
);
--> statement-breakpoint
-- What was kept when the server was stopped, in its new form: ends ahead of starts, as they were recorded.
INSERT INTO "workflow_journal" ("workflow_run_id", "ordinal", "entries", "created_at")
SELECT c.workflow_run_id, c.ordinal, (
  SELECT coalesce(json_agg(e.entry ORDER BY e.place, e.at), '[]') FROM (
    SELECT 1 AS place, x.at, json_build_object(
      'kind', 'ended', 'row_id', x.v -> 'row_id', 'step_id', x.v -> 'step_id', 'attempt_id', x.v -> 'attempt_id',
      'status', 'completed', 'output', x.v -> 'output', 'error_message', NULL, 'exit_code', x.v -> 'exit_code',
      'signal', x.v -> 'signal', 'waited', false, 'again_after_ms', NULL, 'artifacts', '[]'::json, 'session', NULL,
      'log', (
        SELECT coalesce(json_agg(json_build_object('type', l -> 'type', 'offset', l -> 'offset', 'base64', l -> 'bytes')), '[]')
        FROM json_array_elements(x.v -> 'log') l)) AS entry
    FROM json_array_elements(c.entry -> 'ended') WITH ORDINALITY x (v, at)
    UNION ALL
    SELECT 2, x.at, json_build_object(
      'kind', 'started', 'row_id', x.v -> 'row_id', 'step_id', x.v -> 'step_id', 'name', x.v -> 'name',
      'step_kind', x.v -> 'kind', 'phase', x.v -> 'phase', 'is_new', x.v -> 'is_new', 'attempt_id', x.v -> 'attempt_id',
      'number', x.v -> 'number', 'tries', x.v -> 'tries', 'worker_id', x.v -> 'worker_id', 'folder', x.v -> 'folder',
      'wait', NULL, 'session', NULL)
    FROM json_array_elements(c.entry -> 'started') WITH ORDINALITY x (v, at)
  ) e), c.created_at
FROM "workflow_checkpoints" c;
--> statement-breakpoint
DROP TABLE "workflow_checkpoints";
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "delete_checkpoints_of_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM workflow_journal WHERE workflow_run_id = OLD.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
ALTER FUNCTION "delete_checkpoints_of_run" RENAME TO "delete_journal_of_run";
--> statement-breakpoint
ALTER TRIGGER "workflow_runs_delete_checkpoints" ON "workflow_runs" RENAME TO "workflow_runs_delete_journal";
--> statement-breakpoint
-- What begins and ends is written one after the other again, so no write stands for both.
CREATE OR REPLACE TRIGGER "workflow_run_steps_transition" BEFORE INSERT OR UPDATE OF "status" ON "workflow_run_steps" FOR EACH ROW
EXECUTE FUNCTION "refuse_impossible_transition"('{"pending":["running","skipped"],"running":["completed","failed","skipped"],"completed":["pending"],"failed":["pending"],"skipped":["pending"]}');
--> statement-breakpoint
DROP FUNCTION "refuse_impossible_step_transition";
