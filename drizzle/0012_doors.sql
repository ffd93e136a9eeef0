CREATE TABLE "installation" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"secret_fingerprint" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "installation_only_check" CHECK ("installation"."only")
);
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "made_by_us" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "storage_deletions" ADD COLUMN "made_by_us" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "projects_created_by_idx" ON "projects" USING btree ("created_by");--> statement-breakpoint
-- Ours for sure is only what lies where we would have made it, by the name we would have given it, and is no
-- part of another project's folder. Where the data folder is not known nothing is; such a folder stays on the
-- disk when its project is deleted.
UPDATE "projects" p SET "made_by_us" = true
WHERE nullif(current_setting('phaseboard.projects_root', true), '') IS NOT NULL
  AND p."path" = current_setting('phaseboard.projects_root', true) || '/' || p."slug"
  AND NOT EXISTS (
    SELECT FROM "projects" o
    WHERE o."id" <> p."id"
      AND (o."path" = p."path" OR starts_with(o."path", p."path" || '/') OR starts_with(p."path", rtrim(o."path", '/') || '/'))
  );
