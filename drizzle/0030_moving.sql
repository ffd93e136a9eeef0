-- Folders that lie among those that Phaseboard makes are named from the data folder, so that it can be moved. Where the
-- data folder is not known they stay absolute, and are read as such.
UPDATE "projects" SET "path" = 'projects/' || substr("path", length(current_setting('phaseboard.projects_root', true)) + 2)
WHERE nullif(current_setting('phaseboard.projects_root', true), '') IS NOT NULL
  AND starts_with("path", current_setting('phaseboard.projects_root', true) || '/');--> statement-breakpoint
UPDATE "storage_deletions" SET "project_path" = 'projects/' || substr("project_path", length(current_setting('phaseboard.projects_root', true)) + 2)
WHERE nullif(current_setting('phaseboard.projects_root', true), '') IS NOT NULL
  AND starts_with("project_path", current_setting('phaseboard.projects_root', true) || '/');
