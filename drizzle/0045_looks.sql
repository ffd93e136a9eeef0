CREATE TABLE "looks" (
	"user_id" text NOT NULL,
	"subject" text NOT NULL,
	"project_id" text NOT NULL,
	"workflow_run_id" text,
	"seen_at" timestamp(3) with time zone NOT NULL,
	"seen_seq" bigint NOT NULL,
	"since_at" timestamp(3) with time zone,
	"since_seq" bigint,
	CONSTRAINT "looks_user_id_subject_pk" PRIMARY KEY("user_id","subject")
);
--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "looks_project_id_idx" ON "looks" USING btree ("project_id");
--> statement-breakpoint
CREATE INDEX "looks_workflow_run_id_idx" ON "looks" USING btree ("workflow_run_id");
--> statement-breakpoint
CREATE INDEX "looks_seen_at_idx" ON "looks" USING btree ("seen_at");
