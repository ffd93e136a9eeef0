import { route } from "../../../../api/route";
import { handleDownload } from "../../../../api/transfer/downloads";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleDownload(request, id),
  HEAD: (request, { id }) => handleDownload(request, id),
});
