CREATE TABLE "project_room" (
	"project_id" text PRIMARY KEY NOT NULL,
	"artifacts_bytes" bigint DEFAULT 0 NOT NULL,
	"logs_bytes" bigint DEFAULT 0 NOT NULL,
	"workspaces_bytes" bigint DEFAULT 0 NOT NULL,
	"counted_at" timestamp(3) with time zone,
	"no_room_since" timestamp(3) with time zone
);
--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "project_quota_bytes" bigint;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "quota_bytes" bigint;--> statement-breakpoint
ALTER TABLE "workers" ADD COLUMN "no_room_since" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_run_step_attempts" ADD COLUMN "log_bytes" bigint;--> statement-breakpoint
ALTER TABLE "project_room" ADD CONSTRAINT "project_room_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;