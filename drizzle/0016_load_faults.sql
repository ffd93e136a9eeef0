-- What was one text stands as one fault until the file is read again, which the server does when it starts.
ALTER TABLE "workflow_definitions" ALTER COLUMN "load_error" SET DATA TYPE json USING
  CASE WHEN "load_error" IS NOT NULL THEN json_build_array(json_build_object(
    'file', "path", 'line', 1, 'column', 1, 'message', "load_error", 'path', '', 'expected', NULL)) END;
