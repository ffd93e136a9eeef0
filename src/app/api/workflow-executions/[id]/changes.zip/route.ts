import { route } from "../../../../../api/route";
import { handleArchive } from "../../../../../api/transfer/changes";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleArchive(request, id),
});
