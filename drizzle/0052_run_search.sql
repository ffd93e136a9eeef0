-- What a run is found by, in a table of its own: a worker writes it some moments behind the run, so a run's own writes
-- cost nothing, and a table of a million runs is not written anew.
CREATE TABLE "run_search" (
	"workflow_run_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"words" tsvector NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_search_progress" (
	"project_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"number_left" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "run_search" ADD CONSTRAINT "run_search_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_search_progress" ADD CONSTRAINT "run_search_progress_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_search_words_idx" ON "run_search" USING gin ("words") WITH (gin_pending_list_limit = 512);--> statement-breakpoint
ALTER TABLE "run_search" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
