import { handleDocsFile } from "../../../../api/docs";
import { route } from "../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"file">({
  GET: (_, { file }) => handleDocsFile(file),
});
