ALTER TABLE "workflow_comments" ADD COLUMN "parent_id" text REFERENCES "public"."workflow_comments"("id") ON DELETE set null;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD COLUMN "resolved_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_comments" ADD COLUMN "resolved_by" text REFERENCES "public"."users"("id") ON DELETE set null;
