import { route } from "../../../../../../api/route";
import { handleEntry } from "../../../../../../api/transfer/downloads";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id" | "position">({
  GET: (request, { id, position }) => handleEntry(request, id, position),
});
