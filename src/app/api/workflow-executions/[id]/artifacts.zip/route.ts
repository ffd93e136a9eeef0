import { route } from "../../../../../api/route";
import { handleAllArtifacts } from "../../../../../api/transfer/downloads";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleAllArtifacts(request, id),
  HEAD: (request, { id }) => handleAllArtifacts(request, id),
});
