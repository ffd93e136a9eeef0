-- When a run was archived, and when somebody acknowledged that it failed. No table is rewritten: both are null at first.
ALTER TABLE "workflow_runs" ADD COLUMN "archived_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "acknowledged_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "archive_days" integer;
