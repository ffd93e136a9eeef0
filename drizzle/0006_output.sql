ALTER TABLE "workflow_runs" ADD COLUMN "output" jsonb;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "ready_since" timestamp(3) with time zone;