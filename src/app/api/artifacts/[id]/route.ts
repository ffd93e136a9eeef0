import { handleDownload } from "../../../../api/downloads";
import { route } from "../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleDownload(request, id),
  HEAD: (request, { id }) => handleDownload(request, id),
});
