import { route } from "../../../../../api/route";
import { handleRunLog } from "../../../../../api/streams/streams";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleRunLog(request, id),
});
