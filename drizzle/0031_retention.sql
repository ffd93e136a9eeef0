CREATE TABLE "workflow_run_pins" (
	"workflow_run_id" text PRIMARY KEY NOT NULL,
	"pinned_by" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "retention" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "retention" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "events_swept" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_artifacts" ADD COLUMN "removed_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "log_bytes" bigint;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "logs_removed_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "artifacts_removed_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_run_pins" ADD CONSTRAINT "workflow_run_pins_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_run_pins" ADD CONSTRAINT "workflow_run_pins_pinned_by_users_id_fk" FOREIGN KEY ("pinned_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workflow_run_pins_pinned_by_idx" ON "workflow_run_pins" USING btree ("pinned_by");--> statement-breakpoint
-- What retention deletes is to be used again soon: by default a table of five million rows waits until a million are dead.
ALTER TABLE "workflow_runs" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "workflow_run_steps" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "workflow_events" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "workflow_artifacts" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "workflow_comments" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "workflow_log_chunks" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "agent_sessions" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "storage_deletions" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
