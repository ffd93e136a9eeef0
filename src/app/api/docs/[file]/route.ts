import { handleDocsFile } from "../../../../api/openapi/docs";
import { route } from "../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"file">({
  GET: (_, { file }) => handleDocsFile(file),
});
