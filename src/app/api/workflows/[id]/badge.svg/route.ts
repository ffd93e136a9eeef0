import { handleBadge } from "../../../../../api/badge";
import { route } from "../../../../../api/route";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleBadge(request, id),
});
