import { route } from "../../../../../api/route";
import { handleUpload } from "../../../../../api/transfer/uploads";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = route<"id">({
  POST: (request, { id }) => handleUpload(request, id),
});
