ALTER TABLE "projects" ADD COLUMN "log_bytes" integer DEFAULT 16777216 NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_log_bytes_check" CHECK ("projects"."log_bytes" between 1048576 and 1073741824);
