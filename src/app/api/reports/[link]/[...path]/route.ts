import { route } from "../../../../../api/route";
import { handleReport } from "../../../../../api/transfer/reports";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"link">({
  GET: (request, { link }) => handleReport(request, link),
  HEAD: (request, { link }) => handleReport(request, link),
});
