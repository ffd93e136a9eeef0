import { route } from "../../../../../api/route";
import { handleTranscript } from "../../../../../api/streams/streams";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleTranscript(request, id),
});
