CREATE TABLE "inbox_items" (
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"reason" text NOT NULL,
	"workflow_run_id" text NOT NULL,
	"workflow_comment_id" text,
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp(3) with time zone,
	"done_at" timestamp(3) with time zone,
	"snoozed_until" timestamp(3) with time zone,
	CONSTRAINT "inbox_items_user_id_key_pk" PRIMARY KEY("user_id","key"),
	CONSTRAINT "inbox_items_reason_check" CHECK ("reason" in ('approval', 'permission', 'budget', 'failed', 'finished', 'mentioned', 'answered', 'commented'))
);
--> statement-breakpoint
ALTER TABLE "inbox_items" ADD CONSTRAINT "inbox_items_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD CONSTRAINT "inbox_items_workflow_run_id_workflow_runs_id_fk" FOREIGN KEY ("workflow_run_id") REFERENCES "public"."workflow_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD CONSTRAINT "inbox_items_workflow_comment_id_workflow_comments_id_fk" FOREIGN KEY ("workflow_comment_id") REFERENCES "public"."workflow_comments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "inbox_items_open_idx" ON "inbox_items" USING btree ("user_id","at" DESC NULLS FIRST,"key" DESC NULLS FIRST) WHERE done_at is null;--> statement-breakpoint
CREATE INDEX "inbox_items_done_idx" ON "inbox_items" USING btree ("user_id","at" DESC NULLS FIRST,"key" DESC NULLS FIRST) WHERE done_at is not null;--> statement-breakpoint
CREATE INDEX "inbox_items_done_at_idx" ON "inbox_items" USING btree ("done_at") WHERE done_at is not null;--> statement-breakpoint
CREATE INDEX "inbox_items_workflow_run_id_idx" ON "inbox_items" USING btree ("workflow_run_id");--> statement-breakpoint
CREATE INDEX "inbox_items_workflow_comment_id_idx" ON "inbox_items" USING btree ("workflow_comment_id") WHERE workflow_comment_id is not null;