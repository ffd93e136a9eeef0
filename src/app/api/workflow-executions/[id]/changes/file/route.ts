import { route } from "../../../../../../api/route";
import { handleChangedFile } from "../../../../../../api/transfer/changes";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  GET: (request, { id }) => handleChangedFile(request, id),
});
