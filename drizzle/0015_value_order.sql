-- jsonb forgets the order of keys, so a value had another text once it was read back. The sizes are made from the outputs.
ALTER TABLE "workflow_run_step_attempts" DROP COLUMN "output_bytes";--> statement-breakpoint
ALTER TABLE "workflow_run_steps" DROP COLUMN "output_bytes";--> statement-breakpoint
ALTER TABLE "workflow_runs" DROP COLUMN "output_bytes";--> statement-breakpoint
DROP TRIGGER "workflow_definition_revisions_immutable" ON "workflow_definition_revisions";--> statement-breakpoint
ALTER TABLE "workflow_definition_revisions" ALTER COLUMN "compiled" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_decisions" ALTER COLUMN "answer" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ALTER COLUMN "output" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ALTER COLUMN "output" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ALTER COLUMN "request" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_runs" ALTER COLUMN "args" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_runs" ALTER COLUMN "output" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_triggers" ALTER COLUMN "spec" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD COLUMN "output_bytes" integer GENERATED ALWAYS AS (octet_length(output::text)) STORED;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "output_bytes" integer GENERATED ALWAYS AS (octet_length(output::text)) STORED;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "output_bytes" integer GENERATED ALWAYS AS (octet_length(output::text)) STORED;--> statement-breakpoint
CREATE TRIGGER "workflow_definition_revisions_immutable" BEFORE UPDATE OF "workflow_definition_id", "number", "sha256", "source", "compiled" ON "workflow_definition_revisions" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
