CREATE TABLE "idempotency_keys" (
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"result" "bytea",
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "storage_deletions" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"project_path" text NOT NULL,
	"key" text NOT NULL,
	"is_prefix" boolean DEFAULT false NOT NULL,
	"due_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"host" text,
	"pid" integer,
	"process_started" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "storage_deletions_due_at_idx" ON "storage_deletions" USING btree ("due_at");