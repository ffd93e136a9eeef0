ALTER TABLE "projects" ADD COLUMN "workspace" text;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "shared_at_once" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD COLUMN "snapshot_before" text;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD COLUMN "snapshot" text;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "snapshot_before" text;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "snapshot" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "workspace" text DEFAULT 'shared' NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "base" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "base_commit" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "branch" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "snapshot" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "changed_files" integer;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "added_lines" integer;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "deleted_lines" integer;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_workspace_check" CHECK ("workspace" in ('clone', 'copy', 'shared'));--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_workspace_check" CHECK ("workspace" in ('clone', 'copy', 'shared'));