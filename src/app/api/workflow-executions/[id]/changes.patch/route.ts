import { route } from "../../../../../api/route";
import { handlePatch } from "../../../../../api/transfer/changes";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handlePatch(request, id),
});
