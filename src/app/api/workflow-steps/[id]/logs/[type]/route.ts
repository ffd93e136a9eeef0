import { route } from "../../../../../../api/route";
import { handleLog } from "../../../../../../api/streams/streams";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id" | "type">({
  GET: (request, { id, type }) => handleLog(request, id, type),
});
