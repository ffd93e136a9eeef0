ALTER TABLE "workflow_runs" ADD COLUMN "workflow_trigger_id" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "concurrency_groups" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "queued_at" timestamp(3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "workflow_runs_workflow_trigger_id_idx" ON "workflow_runs" USING btree ("workflow_trigger_id","status") WHERE workflow_trigger_id is not null;--> statement-breakpoint
UPDATE "workflow_runs" SET "queued_at" = "created_at" WHERE "status" = 'pending';
