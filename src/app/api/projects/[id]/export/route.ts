import { route } from "../../../../../api/route";
import { handleExport } from "../../../../../api/transfer/moving";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleExport(request, id),
});
