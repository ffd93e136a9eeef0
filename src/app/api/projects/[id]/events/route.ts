import { route } from "../../../../../api/route";
import { handleEvents } from "../../../../../api/streams/streams";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleEvents(request, id),
});
