CREATE TABLE "labels" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"color" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "labels_color_check" CHECK ("color" in ('gray', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink'))
);
--> statement-breakpoint
CREATE TABLE "workflow_run_labels" (
	"workflow_run_id" text NOT NULL,
	"label_id" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_run_labels_workflow_run_id_label_id_pk" PRIMARY KEY("workflow_run_id","label_id")
);
--> statement-breakpoint
CREATE TABLE "run_followers" (
	"workflow_run_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_followers_workflow_run_id_user_id_pk" PRIMARY KEY("workflow_run_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD COLUMN "assignee_id" text REFERENCES "public"."users"("id") ON DELETE set null;--> statement-breakpoint
ALTER TABLE "labels" ADD CONSTRAINT "labels_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_run_labels" ADD CONSTRAINT "workflow_run_labels_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_run_labels" ADD CONSTRAINT "workflow_run_labels_label_id_labels_id_fk" FOREIGN KEY ("label_id") REFERENCES "public"."labels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_followers" ADD CONSTRAINT "run_followers_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_followers" ADD CONSTRAINT "run_followers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "labels_name_key" ON "labels" USING btree ("project_id",lower("name"));--> statement-breakpoint
CREATE INDEX "workflow_run_labels_label_id_idx" ON "workflow_run_labels" USING btree ("label_id");--> statement-breakpoint
CREATE INDEX "run_followers_user_id_idx" ON "run_followers" USING btree ("user_id");
