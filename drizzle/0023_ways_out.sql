ALTER TABLE "projects" ADD COLUMN "git_secret" text;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "git_user" text;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "git_api_url" text;--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD COLUMN "base_commit" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "pushed_snapshot" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "pushed_branch" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "applied_snapshot" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "pull_request_url" text;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "pull_request_number" integer;