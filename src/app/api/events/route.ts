import { route } from "../../../api/route";
import { handleAllEvents } from "../../../api/streams/streams";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route({
  GET: (request) => handleAllEvents(request),
});
